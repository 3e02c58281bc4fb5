package dev.coil.scheduler.owner;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.checkpoint.Checkpoint;
import dev.coil.scheduler.checkpoint.CheckpointId;
import dev.coil.scheduler.checkpoint.CheckpointLog;
import dev.coil.scheduler.checkpoint.CheckpointWriter;
import dev.coil.scheduler.checkpoint.Keeping;
import dev.coil.scheduler.checkpoint.KnownCheckpoints;
import dev.coil.scheduler.checkpoint.Removal;
import dev.coil.scheduler.state.LowWater;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.store.Identity;
import dev.coil.scheduler.store.RocksStore;
import dev.coil.scheduler.store.StoreSnapshot;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the state of an owner's partition to Kafka now and then, reads it back, and removes the commands and the checkpoints that are
 * superfluous by that. One thing at a time, on a thread of its own, beside the folding; what fails is done again later.
 *
 * <p>Whoever was followed by another owner without knowing can do no harm with it: what it writes is the state at an offset of the log,
 * which is the same whoever folds; what it removes is superfluous by checkpoints that it has read itself; and it leaves alone what
 * owners after it have written.
 */
final class Checkpoints implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private final KafkaSettings settings;
    private final Identity identity;
    private final long epoch;
    private final CheckpointPolicy policy;
    private final Status status;
    private final CheckpointLog topic;
    private final Removal removal;

    /** {@code null} until they have been read. Belongs to the thread that is underway, and to the owner's while none is. */
    private @Nullable KnownCheckpoints known;

    private @Nullable Thread underway;
    private volatile boolean failed;
    private volatile boolean closed;
    private long nextLook;

    Checkpoints(
            KafkaSettings settings, Identity identity, long epoch, CheckpointPolicy policy, Status status, long now) {
        this.settings = settings;
        this.identity = identity;
        this.epoch = epoch;
        this.policy = policy;
        this.status = status;
        topic = new CheckpointLog(settings, identity.partition());
        removal = new Removal(settings, identity.partition());
        nextLook = now;
    }

    /** Begins what is to be done, on the owner's thread. */
    void look(RocksStore store, long now) {
        if (policy.commands() == CheckpointPolicy.NEVER || now < nextLook || isUnderway()) {
            return;
        }
        nextLook = now + (failed ? AFTER_FAILURE_NANOS : PAUSE_NANOS);
        if (failed) {
            failed = false;
            return;
        }
        var checkpoints = known;
        if (checkpoints == null) {
            begin(this::readAll);
            return;
        }
        var state = store.stored();
        long position = Meta.POSITION.get(state);
        var newest = checkpoints.newest();
        long since = position - (newest == null ? 0 : newest.position());
        var keeping = checkpoints.keeping(LowWater.of(state));
        if (policy.isDue(since, newest == null ? 0 : newest.manifest().entries())) {
            var place = new CheckpointWriter.Place(
                    new CheckpointId(position, epoch, System.currentTimeMillis()),
                    Meta.LAST_HASH.get(state),
                    Meta.SEQ.get(state));
            var snapshot = store.snapshot();
            begin(() -> write(checkpoints, place, snapshot));
        } else if (keeping.cut() > checkpoints.cut()
                || !checkpoints.superfluous(keeping, epoch, identity.layout()).isEmpty()) {
            begin(() -> tidy(checkpoints, keeping));
        }
    }

    private boolean isUnderway() {
        return underway != null && underway.isAlive();
    }

    private void begin(Callable<KnownCheckpoints> work) {
        var thread = new Thread(
                () -> {
                    try {
                        known = work.call();
                    } catch (InterruptException | InterruptedException e) {
                        log.debug("partition {}: a checkpoint was given up", identity.partition());
                    } catch (Exception e) {
                        if (!closed) {
                            log.warn("partition {}: no checkpoint: {}", identity.partition(), e.getMessage(), e);
                        }
                        failed = true;
                        known = null;
                    }
                },
                "checkpoint-" + identity.partition());
        thread.setDaemon(true);
        underway = thread;
        thread.start();
    }

    private KnownCheckpoints readAll() {
        var content = topic.read(0);
        var found = judged(content.checkpoints());
        log.info(
                "partition {}: there are checkpoints at {}",
                identity.partition(),
                found.stream()
                        .map(checkpoint -> checkpoint.position()
                                + (checkpoint.isWhole() ? "" : " (of no use: " + checkpoint.flaw() + ")"))
                        .toList());
        return new KnownCheckpoints(found, content.remains(), 0);
    }

    private List<Checkpoint> judged(List<Checkpoint> found) {
        return found.stream()
                .map(checkpoint -> checkpoint.isWhole()
                        ? checkpoint.flawed(Restoration.flaw(settings, identity, checkpoint))
                        : checkpoint)
                .toList();
    }

    private KnownCheckpoints write(KnownCheckpoints before, CheckpointWriter.Place place, StoreSnapshot snapshot)
            throws InterruptedException {
        long began = System.nanoTime();
        long first;
        try (snapshot) {
            first = new CheckpointWriter(settings, identity.partition()).write(place, identity, snapshot);
        }
        var found = judged(topic.read(first).checkpoints()).stream()
                .filter(checkpoint -> checkpoint.id().equals(place.id()))
                .toList();
        if (found.size() != 1 || !found.get(0).isWhole()) {
            failed = true;
            log.error(
                    "partition {}: the checkpoint at offset {} cannot be used, and counts for nothing: {}",
                    identity.partition(),
                    place.id().position(),
                    found.isEmpty() ? "it is not there" : found.get(0).flaw());
            return before.with(found);
        }
        var manifest = found.get(0).manifest();
        log.info(
                "partition {}: checkpoint at offset {}: {} entries, {} bytes, in {} ms",
                identity.partition(),
                place.id().position(),
                manifest.entries(),
                manifest.bytes(),
                TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began));
        status.checkpoint(place.id().position());
        return before.with(found);
    }

    /** First the commands: what makes them superfluous is still there then. */
    private KnownCheckpoints tidy(KnownCheckpoints before, Keeping keeping) throws InterruptedException {
        var superfluous = before.superfluous(keeping, epoch, identity.layout());
        var after = before.without(superfluous, keeping.cut());
        if (!topic.holds(keeping.kept())) {
            log.warn("partition {}: somebody else has removed checkpoints, or their topic", identity.partition());
            return readAll();
        }
        if (keeping.cut() > before.cut()) {
            requireOpen();
            removal.commandsBefore(keeping.cut());
            log.info("partition {}: removed the commands before offset {}", identity.partition(), keeping.cut());
        }
        if (!superfluous.isEmpty()) {
            requireOpen();
            removal.checkpoints(superfluous);
            removal.checkpointsBefore(after.first());
            log.info("partition {}: removed the checkpoints {}", identity.partition(), superfluous.keySet());
        }
        return after;
    }

    private void requireOpen() throws InterruptedException {
        if (closed) {
            throw new InterruptedException();
        }
    }

    /** Gives up what is underway, and returns when it has ended: it reads the store. */
    @Override
    public void close() {
        closed = true;
        var thread = underway;
        boolean interrupted = false;
        while (thread != null && thread.isAlive()) {
            thread.interrupt();
            try {
                thread.join(1_000);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
