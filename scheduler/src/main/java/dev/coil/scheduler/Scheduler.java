package dev.coil.scheduler;

import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventsUnreadable;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Quarantine;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.health.WorkerQuarantine;
import dev.coil.scheduler.owner.Assignment;
import dev.coil.scheduler.owner.CommandsLost;
import dev.coil.scheduler.owner.CommandsUnreadable;
import dev.coil.scheduler.owner.FoldFailed;
import dev.coil.scheduler.owner.LogReplaced;
import dev.coil.scheduler.owner.OwnerConfig;
import dev.coil.scheduler.owner.Owners;
import dev.coil.scheduler.owner.StateUnrecoverable;
import dev.coil.scheduler.owner.Status;
import dev.coil.scheduler.presence.Drains;
import dev.coil.scheduler.presence.Presence;
import dev.coil.scheduler.resolver.RulesUnknown;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.jspecify.annotations.Nullable;

/** A scheduler process: owns partitions of the command log, alone or with others, and folds them. */
public final class Scheduler implements AutoCloseable {

    private static final int SESSION_MILLIS = 6_000;
    private static final int CONNECT_MILLIS = 5_000;

    private static final Duration START = Duration.ofMinutes(1);

    private final KafkaSettings kafka;
    private final CuratorFramework curator;
    private final Presence presence;
    private final Drains drains;
    private final CommandLog commands;
    private final Owners owners;
    private final WorkerQuarantine quarantine;
    private final @Nullable Assignment assignment;

    /** Makes the topics where they are absent, and connects. */
    public Scheduler(SchedulerConfig config) {
        kafka = config.kafka();
        try (var admin = config.kafka().admin()) {
            Topics.createFixed(admin, config.kafka());
        }
        curator = CuratorFrameworkFactory.newClient(
                config.zookeeper(), SESSION_MILLIS, CONNECT_MILLIS, new RetryForever(500));
        curator.start();
        presence = new Presence(curator);
        drains = new Drains(curator);
        commands = new CommandLog(config.kafka());
        quarantine = new WorkerQuarantine(config.kafka(), curator, commands);
        owners = new Owners(
                config.kafka(),
                config.directory(),
                new OwnerConfig(config.name(), config.retention(), config.checkpoints(), config.rules()),
                presence,
                drains,
                commands);
        assignment = config.soleOwner() ? null : new Assignment(config.kafka(), owners, config.name());
    }

    /**
     * Begins to own partitions. A sole owner returns when all of them are live; one among others at once, as it may be given none.
     *
     * @throws CommandsLost if the command log has lost records
     * @throws CommandsUnreadable if it is damaged
     * @throws FoldFailed if a command cannot be folded
     * @throws LogReplaced if a topic is not the one it was
     * @throws RulesUnknown if a newer program has gone on with the commands
     * @throws EventsUnreadable if the event log is
     * @throws StateUnrecoverable if the beginning of the command log is gone, and no checkpoint stands for it
     * @throws IllegalStateException if they are not live within a minute
     */
    public void start() {
        begin();
        if (assignment == null) {
            await(() -> true);
        }
    }

    /**
     * Starts as {@link #start()} does, and leaves out a command at which a partition stops, from now on and for every scheduler.
     *
     * @param by who decided it
     * @throws IllegalStateException if no partition of this scheduler stops there; then nothing is left out
     */
    public void startWithout(int partition, long offset, String by) {
        begin();
        await(() -> failureAt(partition, offset) != null || isSettled(), START);
        var stopped = failureAt(partition, offset);
        if (stopped == null) {
            throw new IllegalStateException("partition " + partition + " does not stop at offset " + offset
                    + " here, so nothing was left out" + lastFailure());
        }
        Quarantine.add(kafka, partition, new Quarantine.Entry(offset, by, String.valueOf(stopped.getMessage())));
        await(() -> failureAt(partition, offset) == null);
    }

    private @Nullable FoldFailed failureAt(int partition, long offset) {
        return owners.statuses().stream()
                .map(status -> status.failure() instanceof FoldFailed failed ? failed : null)
                .filter(failed -> failed != null && failed.isAt(partition, offset))
                .findFirst()
                .orElse(null);
    }

    /** Whether every partition is live or cannot become so. One among others may be given further ones. */
    private boolean isSettled() {
        return assignment == null
                && owners.statuses().stream().allMatch(status -> status.isLive() || isHopeless(status.failure()));
    }

    private void begin() {
        quarantine.start();
        if (assignment != null) {
            assignment.start();
        } else {
            owners.start(IntStream.range(0, commands.partitions()).boxed().toList());
        }
    }

    /** Waits until the owned partitions are live, and this holds besides. */
    private void await(BooleanSupplier besides) {
        if (!await(() -> besides.getAsBoolean() && (assignment != null || isSettled()), START)) {
            throw new IllegalStateException("it was not ready within a minute" + lastFailure());
        }
        var hopeless = hopeless();
        if (hopeless != null && assignment == null) {
            throw hopeless;
        }
    }

    /** Whether no further attempt can do better. */
    private static boolean isHopeless(@Nullable Exception failure) {
        return failure instanceof CommandsLost
                || failure instanceof CommandsUnreadable
                || failure instanceof FoldFailed
                || failure instanceof LogReplaced
                || failure instanceof RulesUnknown
                || failure instanceof StateUnrecoverable
                || failure instanceof EventsUnreadable;
    }

    private String lastFailure() {
        return owners.statuses().stream()
                .map(Status::failure)
                .filter(Objects::nonNull)
                .findFirst()
                .map(failure -> ": " + failure.getMessage())
                .orElse("");
    }

    /** What ended a partition's fold for good; {@code null} if nothing did. */
    public @Nullable RuntimeException hopeless() {
        for (var status : owners.statuses()) {
            if (status.failure() instanceof RuntimeException failure && isHopeless(failure)) {
                return failure;
            }
        }
        return null;
    }

    /** Waits until the fold of every owned partition knows a worker. Returns whether it came to that in time. */
    public boolean awaitWorker(String incarnation, Duration patience) {
        return await(status -> status.workers().contains(incarnation), patience);
    }

    private boolean await(Predicate<Status> condition, Duration patience) {
        return await(() -> owners.statuses().stream().allMatch(condition), patience);
    }

    private static boolean await(BooleanSupplier condition, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            java.util.concurrent.locks.LockSupport.parkNanos(2_000_000);
        }
        return true;
    }

    /** The bytes of keys and values that the stores of the owned partitions took in since they were opened. */
    public long storeBytesWritten() {
        return owners.statuses().stream().mapToLong(Status::bytesWritten).sum();
    }

    /** What is known of each owned partition. */
    public List<Status> statuses() {
        return owners.statuses();
    }

    @Override
    public void close() {
        if (assignment != null) {
            assignment.close();
        }
        quarantine.close();
        owners.close();
        commands.close();
        drains.close();
        presence.close();
        curator.close();
    }
}
