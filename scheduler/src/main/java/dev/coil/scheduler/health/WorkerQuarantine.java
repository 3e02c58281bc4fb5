package dev.coil.scheduler.health;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.presence.PresencePaths;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts workers into quarantine that {@link Blame} finds at fault: for ten minutes, and twice as long each time again, up to a day. Every
 * scheduler watches the events of all projects, and one of them acts. One that has just been started knows of nothing before.
 */
public final class WorkerQuarantine implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(WorkerQuarantine.class);

    /** Who does it, for people. */
    public static final String BY = "coil";

    private static final Duration FIRST = Duration.ofMinutes(10);
    private static final Duration LONGEST = Duration.ofDays(1);
    private static final long LOOK_SECONDS = 10;
    private static final int LONGEST_REASON = 150;

    private final KafkaSettings kafka;
    private final CommandLog commands;
    private final LeaderLatch leader;
    private final Blame blame = new Blame();
    private final Map<String, Duration> lengths = new HashMap<>();
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(work -> {
        var made = new Thread(work, "coil-quarantine");
        made.setDaemon(true);
        return made;
    });
    private @Nullable EventTail tail;

    /**
     * @param curator started; stays the caller's
     * @param commands tells the owners; stays the caller's
     */
    public WorkerQuarantine(KafkaSettings kafka, CuratorFramework curator, CommandLog commands) {
        this.kafka = kafka;
        this.commands = commands;
        leader = new LeaderLatch(curator, PresencePaths.QUARANTINE);
    }

    /** Begins to watch, and returns at once. */
    public void start() {
        try {
            leader.start();
        } catch (Exception e) {
            throw new IllegalStateException("cannot stand for election in ZooKeeper: " + e.getMessage(), e);
        }
        thread.scheduleWithFixedDelay(this::look, 0, LOOK_SECONDS, TimeUnit.SECONDS);
    }

    private void look() {
        try {
            if (tail == null || tail.failure() != null) {
                closeTail();
                tail = new EventTail(kafka, EventTail.Start.END, "coil-quarantine-events", this::watch);
            }
        } catch (RuntimeException e) {
            log.warn("cannot watch how workers do: {}", e.getMessage());
        }
    }

    private void watch(List<EventRecord> events) {
        for (var event : events) {
            blame.apply(event.event()).forEach(this::act);
        }
    }

    private void act(Blame.Finding finding) {
        var length =
                lengths.merge(finding.worker(), FIRST, (before, first) -> shorter(before.multipliedBy(2), LONGEST));
        if (!leader.hasLeadership()) {
            return;
        }
        var reason = reason(finding);
        log.warn("worker {} goes into quarantine for {}: {}", finding.worker(), length, reason);
        var scope = PauseScope.worker(finding.worker());
        for (int partition = 0; partition < commands.partitions(); partition++) {
            var id = UUID.randomUUID().toString();
            commands.append(partition, new Command.Pause(id, scope, reason, BY, length.toMillis(), true));
        }
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static String reason(Blame.Finding finding) {
        var tasks = finding.tasks().stream().map(WorkerQuarantine::name).collect(Collectors.joining(", "));
        var last = finding.lastReason();
        return finding.tasks().size() + " tasks in a row ended with errors here and went well elsewhere (" + tasks + ")"
                + (last.isEmpty()
                        ? ""
                        : "; the last one: " + last.substring(0, Math.min(LONGEST_REASON, last.length())));
    }

    private static String name(TaskRef task) {
        return task.project() + '#' + task.run() + '/' + task.task();
    }

    private void closeTail() {
        if (tail != null) {
            tail.close();
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
        try {
            thread.awaitTermination(LOOK_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        closeTail();
        try {
            leader.close();
        } catch (IOException | IllegalStateException e) {
            log.debug("the election was not left: {}", e.getMessage());
        }
    }
}
