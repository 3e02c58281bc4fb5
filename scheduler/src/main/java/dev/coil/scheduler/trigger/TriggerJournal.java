package dev.coil.scheduler.trigger;

import dev.coil.protocol.log.Journal;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.http.Refused;
import dev.coil.scheduler.request.Journals;
import org.jspecify.annotations.Nullable;

/** The triggers' journal, folded as it is read. */
final class TriggerJournal implements TriggerWriter, AutoCloseable {

    private final Journal<TriggerRecord> journal;

    /** Returns when everything that the journal has at first is known. */
    TriggerJournal(KafkaSettings kafka, TriggerState state) throws InterruptedException {
        journal = new Journal<>(
                kafka, Topics.TRIGGERS, TriggerRecord.class, (at, key, record) -> state.apply(key, record));
        try {
            journal.awaitCaughtUp();
        } catch (InterruptedException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    /** What ended the reading; {@code null} while it goes on. */
    @Nullable
    RuntimeException failure() {
        return journal.failure();
    }

    /** @throws Refused with 503 if Kafka does not take it */
    @Override
    public void write(TriggerRecord record) {
        Journals.write(journal, record.key(), record);
    }

    @Override
    public void post(TriggerRecord record) {
        journal.append(record.key(), record);
    }

    @Override
    public void remove(String key) {
        journal.append(key, null);
    }

    @Override
    public void close() {
        journal.close();
    }
}
