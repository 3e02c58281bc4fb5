package dev.coil.ops.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.ops.node.EmbeddedZooKeeper;
import dev.coil.ops.scheduler.Told;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Action.ExitMeaning;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Retries;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.presence.PresencePaths;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.Scheduler;
import dev.coil.scheduler.SchedulerConfig;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators pause and drain, as workers, schedulers and ZooKeeper have it. */
@Timeout(180)
class PauseWithSchedulerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private EmbeddedKafka kafka;
    private EmbeddedZooKeeper zookeeper;
    private KafkaSettings settings;
    private Scheduler scheduler;
    private CommandLog commands;
    private Told told;
    private int requests;

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        settings = new KafkaSettings(kafka.bootstrapServers(), 3, (short) 1, Map.of());
        startScheduler();
        commands = new CommandLog(settings);
        told = new Told(settings);
    }

    private void startScheduler() {
        scheduler = new Scheduler(new SchedulerConfig(
                settings, zookeeper.connectString(), directory.resolve("scheduler"), "scheduler", true));
        scheduler.start();
    }

    @AfterEach
    void close() throws Exception {
        told.close();
        commands.close();
        scheduler.close();
        zookeeper.close();
        kafka.close();
    }

    private Worker worker(String name) throws Exception {
        var worker = new Worker(new WorkerConfig(
                settings, zookeeper.connectString(), directory.resolve(name), name, 1, Set.of(), Map.of(), null));
        worker.start();
        return worker;
    }

    private void submit(String project, String id, TaskSpec... tasks) throws Exception {
        told.submit(project, id, List.of(tasks));
    }

    private static TaskSpec task(String name, String script) {
        return TaskSpec.simple(name, List.of(), Requirement.ANY, Action.script(script));
    }

    private void pause(PauseScope scope) {
        for (int partition = 0; partition < commands.partitions(); partition++) {
            commands.append(partition, new Command.Pause("r" + requests++, scope, "new disk", "ann"));
        }
        awaitAnswers();
    }

    private void resume(PauseScope scope) {
        for (int partition = 0; partition < commands.partitions(); partition++) {
            commands.append(partition, new Command.Resume("r" + requests++, scope, "ann"));
        }
        awaitAnswers();
    }

    private void awaitAnswers() {
        await().atMost(PATIENCE)
                .until(() -> told.seen(Event.RequestAnswered.class).stream()
                                .filter(answer -> answer.requestId().startsWith("r"))
                                .count()
                        == requests);
    }

    private List<String> claims() {
        return told.seen(Event.TaskClaimed.class).stream()
                .map(claim -> claim.worker() + " took " + claim.project())
                .toList();
    }

    private void awaitFinished(String project) {
        await().atMost(PATIENCE).until(() -> told.seen(Event.RunFinished.class).stream()
                .anyMatch(run -> run.project().equals(project) && run.outcome() == Outcome.SUCCESS));
    }

    /** Whether the worker of this name, as the owners last saw it, takes nothing new. */
    private void awaitDraining(String name, boolean draining) {
        await().atMost(PATIENCE).until(() -> told.workers().stream()
                .anyMatch(worker -> worker.name().equals(name) && worker.draining() == draining));
    }

    @Test
    void shouldStartNothingThatIsPausedThroughARestartAndAllOfItAfterwards() throws Exception {
        pause(PauseScope.project("held"));
        try (var worker = worker("w1")) {
            submit("held", "0000000000000001", task("a", "true"), task("b", "true"));
            submit("free", "0000000000000002", task("a", "true"));
            awaitFinished("free");

            scheduler.close();
            startScheduler();
            submit("other", "0000000000000003", task("a", "true"));
            awaitFinished("other");

            assertThat(told.seen(Event.TaskReady.class)).hasSize(4);
            assertThat(claims()).containsExactly("w1 took free", "w1 took other");
            resume(PauseScope.project("held"));
            awaitFinished("held");
        }
    }

    @Test
    void shouldEndAPauseByItselfThroughARestart() throws Exception {
        try (var worker = worker("w1")) {
            for (int partition = 0; partition < commands.partitions(); partition++) {
                var scope = PauseScope.project("held");
                commands.append(partition, new Command.Pause("r" + requests++, scope, "", "ann", 2_000, false));
            }
            awaitAnswers();
            submit("held", "0000000000000001", task("a", "true"));
            scheduler.close();
            startScheduler();

            awaitFinished("held");

            await().atMost(PATIENCE).until(() -> told.seen(Event.Resumed.class).size() == commands.partitions());
            assertThat(told.seen(Event.Resumed.class))
                    .extracting(Event.Resumed::by)
                    .containsOnly("the end that was set");
        }
    }

    /** What the first one does to its tasks is what a broken machine does: an error that the other one does not have. */
    @Test
    void shouldPutAWorkerIntoQuarantineWhoseTasksGoWellElsewhere() throws Exception {
        try (var bad = worker("bad");
                var good = worker("good")) {
            var tasks = IntStream.range(0, 20)
                    .mapToObj(i -> erring("t" + i, "test $COIL_WORKER = good || exit 75"))
                    .toArray(TaskSpec[]::new);
            submit("p", "0000000000000001", tasks);

            awaitDraining("bad", true);
            awaitFinished("p");

            var pauses = told.seen(Event.Paused.class).stream()
                    .map(Event.Paused::pause)
                    .toList();
            assertThat(pauses).hasSize(commands.partitions()).allSatisfy(pause -> {
                assertThat(pause.scope()).isEqualTo(PauseScope.worker("bad"));
                assertThat(pause.quarantine()).isTrue();
                assertThat(pause.by()).isEqualTo("coil");
                assertThat(pause.until() - pause.since()).isEqualTo(600_000);
                assertThat(pause.reason())
                        .startsWith("3 tasks in a row ended with errors here and went well elsewhere (p#1/");
            });
            submit("q", "0000000000000002", tasks);
            awaitFinished("q");
            assertThat(claims()).doesNotContain("bad took q");
        }
    }

    /** A task whose script can say that the machine is at fault, and that is tried often enough to come to a good one. */
    private static TaskSpec erring(String name, String script) {
        var action = new Action(
                script,
                null,
                "sh",
                Map.of(),
                "",
                false,
                null,
                false,
                List.of(),
                List.of(),
                Map.of(75, new ExitMeaning(Outcome.ERROR, null)),
                false,
                Resources.NONE,
                List.of(),
                null,
                List.of());
        return TaskSpec.simple(name, List.of(), Requirement.ANY, action)
                .with()
                .retries(new Retries(0, 0, 50))
                .build();
    }

    @Test
    void shouldEndWhatRunsOnADrainedWorkerAndGiveItNothingUntilItIsResumed() throws Exception {
        var started = directory.resolve("started");
        var end = directory.resolve("end");
        try (var first = worker("w1")) {
            submit(
                    "long",
                    "0000000000000001",
                    task("a", "touch " + started + "; until test -e " + end + "; do sleep 0.1; done"));
            await().atMost(PATIENCE).until(() -> Files.exists(started));
            pause(PauseScope.worker("w1"));
            awaitDraining("w1", true);

            submit("next", "0000000000000002", task("a", "true"));
            Files.createFile(end);
            awaitFinished("long");
        }
        try (var again = worker("w1")) {
            awaitDraining("w1", true);
            try (var second = worker("w2")) {
                awaitFinished("next");
            }
            assertThat(claims()).containsExactly("w1 took long", "w2 took next");

            submit("last", "0000000000000003", task("a", "true"));
            resume(PauseScope.worker("w1"));
            awaitFinished("last");

            assertThat(claims()).endsWith("w1 took last");
        }
    }

    @Test
    void shouldTellWorkersAgainWhatZooKeeperHasLost() throws Exception {
        pause(PauseScope.worker("w1"));
        try (var client = CuratorFrameworkFactory.newClient(zookeeper.connectString(), new RetryOneTime(500))) {
            client.start();
            var path = PresencePaths.drains(0);
            await().atMost(PATIENCE).until(() -> client.checkExists().forPath(path) != null);
            var told = client.getData().forPath(path);

            client.delete().forPath(path);

            await().atMost(PATIENCE).until(() -> client.checkExists().forPath(path) != null);
            assertThat(client.getData().forPath(path)).isEqualTo(told);
            client.setData().forPath(path, "[]".getBytes(java.nio.charset.StandardCharsets.UTF_8));
            await().atMost(PATIENCE)
                    .until(() -> java.util.Arrays.equals(client.getData().forPath(path), told));
        }
    }
}
