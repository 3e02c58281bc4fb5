package dev.coil.ops.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.ops.node.EmbeddedZooKeeper;
import dev.coil.ops.scheduler.Told;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
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
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Workers and the scheduler that decides about them. */
@Timeout(180)
class WorkerWithSchedulerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path directory;

    private EmbeddedKafka kafka;
    private EmbeddedZooKeeper zookeeper;
    private KafkaSettings settings;
    private Scheduler scheduler;
    private CommandLog commands;
    private Told told;

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        settings = KafkaSettings.single(kafka.bootstrapServers());
        scheduler = new Scheduler(new SchedulerConfig(
                settings, zookeeper.connectString(), directory.resolve("scheduler"), "scheduler", true));
        scheduler.start();
        commands = new CommandLog(settings);
        told = new Told(settings);
    }

    @AfterEach
    void close() throws Exception {
        told.close();
        commands.close();
        scheduler.close();
        zookeeper.close();
        kafka.close();
    }

    private WorkerConfig config(String name, int slots) {
        return new WorkerConfig(
                settings, zookeeper.connectString(), directory.resolve(name), name, slots, Set.of(), Map.of(), null);
    }

    private void submit(TaskSpec... tasks) throws Exception {
        told.submit("demo", "0011223344556677", List.of(tasks));
    }

    private static TaskSpec task(String name, List<Integer> needs, String script) {
        return TaskSpec.simple(name, needs, Requirement.ANY, Action.script(script));
    }

    private List<Outcome> outcomes() {
        return told.seen(Event.TaskFinished.class).stream()
                .map(Event.TaskFinished::outcome)
                .toList();
    }

    @Test
    void shouldRunAGraphInTheOrderOfItsNeeds() throws Exception {
        var file = directory.resolve("order");
        try (var worker = new Worker(config("w1", 2))) {
            worker.start();
            submit(
                    task("a", List.of(), "echo a >> " + file),
                    task("b", List.of(0), "echo b >> " + file),
                    task("c", List.of(1), "echo c >> " + file + "; exit 9"),
                    task("d", List.of(2), "echo d >> " + file));

            await().atMost(PATIENCE)
                    .until(() -> !told.seen(Event.RunFinished.class).isEmpty());

            assertThat(file).hasContent("a\nb\nc\n");
            assertThat(outcomes()).containsExactly(Outcome.SUCCESS, Outcome.SUCCESS, Outcome.FAILURE, Outcome.SKIPPED);
        }
    }

    @Test
    void shouldRunElsewhereWhatAClosedWorkerGaveBack() throws Exception {
        var started = directory.resolve("started");
        try (var second = new Worker(config("w2", 1))) {
            try (var first = new Worker(config("w1", 1))) {
                first.start();
                submit(task("a", List.of(), "test -e " + started + " && exit 0; touch " + started + "; sleep 600"));
                await().atMost(PATIENCE).until(() -> started.toFile().exists());
                second.start();
            }

            await().atMost(PATIENCE)
                    .until(() -> !told.seen(Event.RunFinished.class).isEmpty());
            assertThat(outcomes()).containsExactly(Outcome.SUCCESS);
            assertThat(told.seen(Event.TaskClaimed.class).stream()
                            .map(Event.TaskClaimed::worker)
                            .toList())
                    .containsExactly("w1", "w2");
        }
    }

    @Test
    void shouldKillATaskThatIsCancelled() throws Exception {
        var started = directory.resolve("started");
        try (var worker = new Worker(config("w1", 1))) {
            worker.start();
            submit(task(
                    "a",
                    List.of(),
                    "echo $$ > " + started + ".new; mv " + started + ".new " + started + "; sleep 600"));
            await().atMost(PATIENCE).until(() -> started.toFile().exists());
            long pid = Long.parseLong(Files.readString(started).strip());

            commands.append(new Command.CancelRun("cancel", "demo", 1, null, "ada changed her mind"));

            await().atMost(PATIENCE).until(() -> ProcessHandle.of(pid).isEmpty());
            await().atMost(PATIENCE).until(() -> outcomes().equals(List.of(Outcome.CANCELLED)));
        }
    }

    @Test
    void shouldBeKnownAlthoughItsPresenceCouldNotBeAppendedAtFirst() throws Exception {
        limitCommands("300");
        await().atMost(PATIENCE).until(() -> isRefused(new Command.CancelRef("r", "demo", "x".repeat(1_000), "")));
        try (var worker = new Worker(config("w1", 1))) {
            worker.start();
            await().during(Duration.ofSeconds(4)).until(() -> present().isEmpty());

            limitCommands("16777216");

            await().atMost(PATIENCE).until(() -> present().size() == 1);
        }
    }

    private Set<String> present() {
        return scheduler.statuses().get(0).workers();
    }

    private boolean isRefused(Command.OfProject command) throws InterruptedException {
        try {
            commands.append(command).get();
            return false;
        } catch (ExecutionException e) {
            return e.getCause() instanceof RecordTooLargeException;
        }
    }

    private void limitCommands(String bytes) throws Exception {
        var topic = new ConfigResource(ConfigResource.Type.TOPIC, Topics.COMMANDS);
        var limit = new AlterConfigOp(new ConfigEntry("max.message.bytes", bytes), AlterConfigOp.OpType.SET);
        try (var admin = settings.admin()) {
            admin.incrementalAlterConfigs(Map.of(topic, List.of(limit))).all().get();
        }
    }
}
