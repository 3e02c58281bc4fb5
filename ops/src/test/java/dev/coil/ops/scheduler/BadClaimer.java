package dev.coil.ops.scheduler;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.SpaceFeed;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.presence.PresencePaths;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;

/**
 * Takes tasks from under honest workers and does none of them: it claims and is nowhere, claims and dies, claims one task twice, claims and
 * answers only when the task is long another's, and answers for claims that it never made. Half of what it sees it leaves alone.
 */
final class BadClaimer implements AutoCloseable {

    /** Less than the attempts that a task has. */
    private static final int MOST = 2;

    /** By then the claim has been given up. */
    private static final long LATE_NANOS = TimeUnit.SECONDS.toNanos(8);

    private final SpaceFeed feed;
    private final CommandLog commands;
    private final String zookeeper;
    private final Random random;
    private final Thread thread;
    private final List<Late> late = new ArrayList<>();
    private final Map<TaskRef, Integer> meddledWith = new HashMap<>();
    private final AtomicInteger harm = new AtomicInteger();
    private volatile boolean closed;

    BadClaimer(KafkaSettings settings, String zookeeper, long seed) {
        this.zookeeper = zookeeper;
        random = new Random(seed);
        try (var admin = settings.admin()) {
            Topics.createSpaces(admin, settings, List.of(Topics.space("any")));
        }
        feed = new SpaceFeed(settings, List.of(Topics.space("any")));
        commands = new CommandLog(settings);
        thread = new Thread(this::run, "bad-claimer");
        thread.start();
    }

    private record Late(Command.FinishTask result, long at) {}

    /** How many tasks it has meddled with. */
    int harm() {
        return harm.get();
    }

    private void run() {
        try (feed;
                commands) {
            for (int n = 0; !closed; ) {
                for (var change : feed.poll(Duration.ofMillis(20))) {
                    if (change instanceof SpaceChange.Put put && isNext(put)) {
                        meddle(put.ready(), "bad" + n++);
                    }
                }
                long now = System.nanoTime();
                late.stream().filter(each -> each.at() < now).forEach(each -> commands.append(each.result()));
                late.removeIf(each -> each.at() < now);
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** What is lost too often ends as an error of the infrastructure, and rightly so. */
    private boolean isNext(SpaceChange.Put put) {
        return random.nextBoolean() && meddledWith.merge(put.task(), 1, Integer::sum) <= MOST;
    }

    private void meddle(ReadyTask task, String incarnation) throws Exception {
        harm.incrementAndGet();
        var claim = new ClaimId(incarnation, 1);
        switch (random.nextInt(5)) {
            case 0 -> commands.append(claim(task, claim));
            case 1 -> dieWith(task, claim);
            case 2 -> {
                commands.append(claim(task, claim));
                commands.append(claim(task, claim));
                commands.append(claim(task, new ClaimId(incarnation, 2)));
            }
            case 3 -> {
                commands.append(claim(task, claim));
                late.add(new Late(success(task, claim), System.nanoTime() + LATE_NANOS));
            }
            default -> commands.append(success(task, claim));
        }
    }

    /** It is present while it claims, and gone at once. */
    private void dieWith(ReadyTask task, ClaimId claim) throws Exception {
        try (CuratorFramework client =
                CuratorFrameworkFactory.newClient(zookeeper, 6_000, 5_000, new RetryOneTime(100))) {
            client.start();
            var info = new WorkerInfo(
                    claim.incarnation(),
                    claim.incarnation(),
                    claim.incarnation(),
                    Attributes.of(Map.of("os", "linux")),
                    1,
                    "1",
                    1,
                    false);
            client.create()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath(PresencePaths.worker(claim.incarnation()), Codec.encode(info));
            commands.append(claim(task, claim)).get();
        }
    }

    private static Command.ClaimTask claim(ReadyTask task, ClaimId claim) {
        return new Command.ClaimTask(
                task.project(), task.run(), task.task(), task.attempt(), claim, claim.incarnation());
    }

    private static Command.FinishTask success(ReadyTask task, ClaimId claim) {
        return new Command.FinishTask(
                task.project(),
                task.run(),
                task.task(),
                task.attempt(),
                claim,
                AttemptResult.of(Outcome.SUCCESS, 0, 0, 0));
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        thread.join(20_000);
    }
}
