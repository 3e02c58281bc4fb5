package dev.coil.scheduler.store;

/** Takes entries as they are stored, in the order of their keys. */
@FunctionalInterface
public interface EntrySink {
    /** @param key the number of its {@link dev.coil.scheduler.state.Table}, and the key in that */
    void put(byte[] key, byte[] value);
}
