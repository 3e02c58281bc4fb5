package dev.coil.scheduler.trigger;

import dev.coil.protocol.codec.Codec;

/** A journal that nobody else writes to. Records go through their written form. */
final class FoldedAtOnce implements TriggerWriter {

    private final TriggerState state;

    /** Records whose key begins so are not taken. */
    String failAt = "nothing";

    FoldedAtOnce(TriggerState state) {
        this.state = state;
    }

    @Override
    public void write(TriggerRecord record) {
        if (record.key().startsWith(failAt)) {
            throw new IllegalStateException("not taken");
        }
        var written = Codec.write(TriggerRecord.class, record);
        state.apply(record.key(), Codec.read(TriggerRecord.class, written));
    }

    @Override
    public void post(TriggerRecord record) {
        write(record);
    }

    @Override
    public void remove(String key) {
        state.apply(key, null);
    }
}
