package dev.coil.scheduler.blob;

import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes blobs that only forgotten runs named, or that have expired in all runs that are kept, some time after that. Whoever sends such a content again, or asks
 * whether it is there, and names it within that time, finds it kept. For a node that has the only copy, and for each of those that share
 * a bucket: whichever is the first removes it, and the others find it gone.
 */
public final class BlobReaper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(BlobReaper.class);

    private final BlobStore store;
    private final Duration grace;
    private final Duration recheck;
    private final Unneeded unneeded;
    private final BlobUse use;
    private final ClockDoubt clock = new ClockDoubt();

    /** The latest time that an event has. The thread that applies events alone sets it. */
    private volatile long latest;

    private final EventTail tail;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "coil-blob-reaper");
        made.setDaemon(true);
        return made;
    });

    /**
     * @param artifacts which artifacts are kept while their runs are
     * @param directory where it notes what is to be removed
     * @param grace how long after it was last written or asked for a blob may have to wait for a run that names it
     * @param recheck after how long it looks at a blob, and again if it could not be removed: a look has a price
     * @param pause between two rounds
     */
    public BlobReaper(
            KafkaSettings kafka,
            BlobStore store,
            ArtifactRetention artifacts,
            Path directory,
            Duration grace,
            Duration recheck,
            Duration pause)
            throws IOException {
        this.store = store;
        this.grace = grace;
        this.recheck = recheck;
        use = new BlobUse(artifacts);
        unneeded = new Unneeded(directory);
        tail = new EventTail(kafka, EventTail.Start.BEGINNING, "coil-blob-use", this::apply);
        thread.execute(this::awaitCaughtUp);
        thread.scheduleWithFixedDelay(this::reap, pause.toMillis(), pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void awaitCaughtUp() {
        try {
            tail.awaitCaughtUp();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            log.warn("blobs of forgotten runs are not removed: {}", e.getMessage());
        }
    }

    private void apply(List<EventRecord> batch) {
        try {
            for (var record : batch) {
                note(() -> use.apply(record));
                latest = Math.max(latest, record.at());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** One at a time, so that the last one that is noted of a blob is what is true. */
    private synchronized void note(Supplier<BlobUse.Change> happening) throws IOException {
        var change = happening.get();
        for (var digest : change.named()) {
            unneeded.remove(digest);
        }
        for (var digest : change.released()) {
            unneeded.add(digest);
        }
    }

    private void expire() throws IOException, InterruptedException {
        if (use.mayExpire()) {
            // A run that is reopened, or named the same again, keeps it.
            tail.awaitAll();
            // A clock that never goes back would not show that it was set right.
            long now = System.currentTimeMillis();
            if (clock.isBelieved(now, TimeUnit.NANOSECONDS.toMillis(System.nanoTime()), latest)) {
                note(() -> use.expire(now));
            } else {
                log.debug("by the clock, more than a day has passed at once; nothing expires for an hour");
            }
        }
    }

    private void reap() {
        if (tail.failure() != null) {
            return;
        }
        try {
            expire();
            var due = unneeded.due(recheck);
            if (due.isEmpty()) {
                return;
            }
            // The store's clock first, then the events: who claimed before that time has named by then.
            var unclaimedSince = store.now().minus(grace);
            tail.awaitAll();
            for (var digest : due) {
                if (!use.isNamed(digest)) {
                    look(digest, unclaimedSince);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException e) {
            log.warn("cannot remove blobs that are not needed: {}", e.toString());
        }
    }

    private void look(String digest, Instant unclaimedSince) throws IOException {
        if (store.remove(digest, unclaimedSince)) {
            unneeded.remove(digest);
            log.info("removed blob {}, which only forgotten runs named, or which has expired", digest);
        } else {
            unneeded.postpone(digest);
        }
    }

    @Override
    public void close() {
        tail.close();
        thread.shutdownNow();
    }
}
