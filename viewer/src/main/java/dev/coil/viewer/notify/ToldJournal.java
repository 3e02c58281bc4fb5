package dev.coil.viewer.notify;

import dev.coil.protocol.log.Journal;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** What was told, in the journal {@code coil.told}. What was told long ago is forgotten: nobody tells anything of that time. */
public final class ToldJournal implements Told, AutoCloseable {

    /** Longer than a run takes. */
    private static final Duration KEPT = Duration.ofDays(60);

    private static final Duration SWEEPS = Duration.ofHours(1);

    /**
     * A record.
     *
     * @param at when it was told, in milliseconds since the epoch
     */
    record Entry(String value, long at) {}

    private final Map<String, Entry> entries = new ConcurrentHashMap<>();
    private final Journal<Entry> journal;
    private final InstantSource clock;
    private long swept;

    /** Returns when everything that the journal has at first is known. */
    public ToldJournal(KafkaSettings kafka, InstantSource clock) throws InterruptedException {
        this.clock = clock;
        journal = new Journal<>(kafka, Topics.TOLD, Entry.class, (at, key, entry) -> read(key, entry));
        try {
            journal.awaitCaughtUp();
        } catch (InterruptedException | RuntimeException e) {
            journal.close();
            throw e;
        }
    }

    private void read(String key, @Nullable Entry entry) {
        if (entry == null) {
            entries.remove(key);
        } else {
            entries.put(key, entry);
        }
    }

    @Override
    public @Nullable String last(String key) {
        var entry = entries.get(key);
        return entry == null ? null : entry.value();
    }

    @Override
    public void remember(String key, String value) {
        try {
            journal.write(key, new Entry(value, clock.millis()));
            sweep();
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("Kafka does not take it: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    private synchronized void sweep() {
        long now = clock.millis();
        if (now - swept < SWEEPS.toMillis()) {
            return;
        }
        swept = now;
        entries.forEach((key, entry) -> {
            if (entry.at() < now - KEPT.toMillis()) {
                journal.append(key, null);
            }
        });
    }

    @Override
    public void close() {
        journal.close();
    }
}
