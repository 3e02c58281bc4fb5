package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.presence.PresencePaths;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.why.Reason.Kind;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.runner.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryOneTime;
import org.apache.zookeeper.CreateMode;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@code coil why} says, for every kind of reason there is: a node with broker, ZooKeeper, scheduler and viewer, and workers that
 * run real scripts. The table is {@code waitings.txt}; {@code -Dcoil.golden=write} writes it anew, to be read as a user would.
 */
@Timeout(300)
class WaitingsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Path TABLE = Path.of("src/test/resources/dev/coil/ops/cli/waitings.txt");

    @TempDir
    private Path directory;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final StringBuilder table = new StringBuilder();
    private final Set<Kind> told = EnumSet.noneOf(Kind.class);
    private EmbeddedNode node;
    private Console console;
    private int files;

    @BeforeEach
    void startNode() {
        node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0).withoutWorker());
        open.push(node);
        console = new Console(directory, directory.resolve("home"));
    }

    @AfterEach
    void stop() throws Exception {
        // Whatever still runs ends.
        Files.createFile(directory.resolve("end"));
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    /** A worker with a label that is its name; tasks find it by that. */
    private Worker worker(String name, int slots) throws Exception {
        return worker(name, slots, OwnerRules.NONE);
    }

    private Worker worker(String name, int slots, OwnerRules rules) throws Exception {
        var running = node.running();
        var worker = new Worker(new WorkerConfig(
                KafkaSettings.single(running.kafka()),
                running.zookeeper(),
                directory.resolve(name),
                name,
                slots,
                Set.of(name),
                Map.of("cpus", String.valueOf(slots), "memory", String.valueOf(8L << 30)),
                null,
                Limits.STANDARD,
                rules));
        worker.start();
        open.push(worker);
        awaitWorkers(name, true);
        return worker;
    }

    private void awaitWorkers(String name, boolean present) {
        await().atMost(PATIENCE).until(() -> console.coil("workers").out().contains(name) == present);
    }

    /** A script that goes on until the file is there. */
    private String until(String file) {
        return "until test -e " + directory.resolve(file) + " || test -e " + directory.resolve("end")
                + "; do sleep 0.05; done";
    }

    private void end(String file) throws Exception {
        Files.createFile(directory.resolve(file));
    }

    /** Submits tasks, a line of YAML each. */
    private void submit(String project, String... tasks) throws Exception {
        submitWith("", project, tasks);
    }

    private void submitWith(String top, String project, String... tasks) throws Exception {
        var graph = directory.resolve("graph" + files++ + ".yml");
        Files.writeString(
                graph,
                "name: " + project + "\n" + top + "defaults: {checkout: false}\ntasks:\n  " + String.join("\n  ", tasks)
                        + "\n");
        var result = console.coil("submit", "-f", graph.toString());
        assertThat(result.code()).as(result.err()).isZero();
    }

    private void awaitState(String run, String task, String state) {
        await().atMost(PATIENCE).until(() -> state(run, task).equals(state));
    }

    private String state(String run, String task) throws Exception {
        for (var each : json("show", run, "--json").path("tasks")) {
            if (each.path("name").asText().equals(task)) {
                return each.path("state").asText();
            }
        }
        return "";
    }

    private JsonNode json(String... arguments) throws Exception {
        return Codec.MAPPER.readTree(console.coil(arguments).out());
    }

    /** Waits until a kind of reason is given, and puts down what the command says then. */
    private void expect(Kind kind, String situation, String run, String task) {
        await().atMost(PATIENCE).until(() -> {
            var document = json("why", run, task, "--json");
            var text = console.coil("why", run, task).out();
            var again = json("why", run, task, "--json");
            if (!has(document, kind) || !has(again, kind)) {
                return false;
            }
            document.path("reasons")
                    .forEach(reason -> told.add(Kind.valueOf(reason.path("kind")
                            .asText()
                            .toUpperCase(Locale.ROOT)
                            .replace('-', '_'))));
            table.append("# ")
                    .append(situation)
                    .append('\n')
                    .append(steady(text))
                    .append('\n');
            return true;
        });
    }

    private static boolean has(JsonNode document, Kind kind) {
        for (var reason : document.path("reasons")) {
            if (reason.path("kind").asText().equals(kind.word())) {
                return true;
            }
        }
        return false;
    }

    /** Without what differs each time: moments, people, times that were measured, and what a worker has given. */
    private static String steady(String text) {
        return text.replaceAll("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d UTC", "TIME")
                .replaceAll("\\d+\\.\\d slot-seconds", "N slot-seconds")
                .replaceAll("in about .*", "in about TIME")
                .replaceAll("by \\S+ since", "by WHO since");
    }

    @Test
    void shouldSayWhyATaskWaitsForEveryKindOfReason() throws Exception {
        worker("build1", 1);
        needs();
        groups();
        pauses();
        noWorker();
        room();
        line();
        nobodyTakesIt();
        owners();

        assertThat(told).as("every kind is in the table").containsExactlyInAnyOrder(Kind.values());
        if ("write".equals(System.getProperty("coil.golden"))) {
            Files.writeString(TABLE, table);
        }
        assertThat(table.toString()).isEqualTo(Files.readString(TABLE, UTF_8));
    }

    private void owners() throws Exception {
        worker("picky1", 1, new OwnerRules(List.of("my*"), List.of(), List.of()));
        submit("other", "test: {runs-on: [picky1], run: 'true'}");
        expect(Kind.OWNER, "the owner of the worker that matches it does not let it", "other#1", "test");
    }

    private void needs() throws Exception {
        submit(
                "needs",
                "build: {runs-on: [build1], run: '" + until("built") + "'}",
                "test: {needs: build, runs-on: [build1], run: 'true'}",
                "report: {needs: [build, test], if: failure(), runs-on: [build1], run: 'true'}",
                "publish: {needs: test, run: 'true', runs-on: [build1]}");
        awaitState("needs#1", "build", "running");
        expect(Kind.NEEDS, "a task that it needs runs", "needs#1", "test");
        expect(Kind.CONDITION, "tasks that it needs run or wait, and it has an 'if'", "needs#1", "report");
        end("built");
        awaitState("needs#1", "publish", "finished");
        submit(
                "needs",
                "build: {runs-on: [build1], run: '" + until("rebuilt") + "'}",
                "test: {needs: build, runs-on: [build1], run: 'true'}");
        awaitState("needs#2", "build", "running");
        expect(Kind.NEEDS, "the same, and it is known how long it took before", "needs#2", "test");
        end("rebuilt");
        awaitState("needs#2", "test", "finished");
        submit(
                "generated",
                "plan: {runs-on: [build1], generates: more.yml, run: 'echo \"{tasks: {a: {run: true, runs-on: [absent]},"
                        + " b: {run: true, needs: a, runs-on: [build1]}}}\" > more.yml'}",
                "publish: {needs: [{generated-by: plan}], runs-on: [build1], run: 'true'}");
        await().atMost(PATIENCE)
                .until(() -> console.coil("why", "generated#1", "publish").out().contains("no worker has label"));
        expect(Kind.NEEDS, "it needs what another task generates", "generated#1", "publish");
    }

    private void groups() throws Exception {
        var publish = "publish: {concurrency: live, runs-on: [build1], run: '" + until("published") + "'}";
        submit("live", publish);
        awaitState("live#1", "publish", "running");
        submit("live", publish);
        submit("live", publish);
        expect(Kind.GROUP, "its concurrency group has no place", "live#3", "publish");
        end("published");
        awaitState("live#3", "publish", "finished");

        var top = "concurrency: main\n";
        submitWith(top, "serial", "test: {runs-on: [build1], run: '" + until("tested") + "'}");
        submitWith(top, "serial", "test: {runs-on: [build1], run: 'true'}");
        expect(Kind.RUN_QUEUED, "the concurrency group of its run has no place", "serial#2", "test");
        end("tested");
        awaitState("serial#2", "test", "finished");
    }

    private void pauses() throws Exception {
        submit("flaky", "test: {retry: {failure: 9}, runs-on: [build1], run: 'exit 1'}");
        expect(Kind.PAUSE, "it failed and is tried again", "flaky#1", "test");
        assertThat(console.coil("cancel", "flaky#1").code()).isZero();

        assertThat(console.coil("pause", "--project", "held", "--reason", "release")
                        .code())
                .isZero();
        submit("held", "test: {runs-on: [build1], run: 'true'}");
        expect(Kind.PAUSED, "an operator has paused its project", "held#1", "test");
        assertThat(console.coil("cancel", "held#1").code()).isZero();
    }

    private void noWorker() throws Exception {
        submit("nobody", "test: {runs-on: [biuld1], run: 'true'}", "boot: {runs-on: [kvm], run: 'true'}");
        expect(Kind.NO_WORKER, "no worker has the label, but one like it", "nobody#1", "test");
        expect(Kind.NO_WORKER, "no worker has the label", "nobody#1", "boot");

        worker("gpu1", 1).close();
        awaitWorkers("gpu1", false);
        submit("gone", "test: {runs-on: [gpu1], run: 'true'}");
        expect(Kind.OFFLINE, "the worker that has the label is away", "gone#1", "test");

        worker("old1", 1);
        assertThat(console.coil("worker", "drain", "old1", "--reason", "new disk")
                        .code())
                .isZero();
        submit("drained", "test: {runs-on: [old1], run: 'true'}");
        expect(Kind.DRAINING, "the worker is drained", "drained#1", "test");
    }

    private void room() throws Exception {
        worker("big1", 4);
        submit("large", "three: {runs-on: [big1], resources: {cpus: 3, memory: 6GiB}, run: '" + until("room") + "'}");
        awaitState("large#1", "three", "running");
        submit("large", "two: {runs-on: [big1], resources: {cpus: 2, memory: 4GiB}, run: 'true'}");
        expect(Kind.NO_ROOM, "the worker has a free slot, but the task takes two", "large#2", "two");
        submit("large", "one: {runs-on: [big1], run: 'true'}");
        expect(Kind.LINE, "it would fit, but the worker keeps its room for the one before", "large#3", "one");
        end("room");
        awaitState("large#3", "one", "finished");

        submit("large", "lint: {runs-on: [big1], resources: {exclusive: true}, run: '" + until("alone") + "'}");
        awaitState("large#4", "lint", "running");
        submit("large", "one: {runs-on: [big1], run: 'true'}");
        expect(Kind.BUSY, "a task has the machine to itself", "large#5", "one");
        end("alone");
        awaitState("large#5", "one", "finished");
    }

    private void line() throws Exception {
        submit("flood", "first: {runs-on: [build1], run: 'sleep 3'}");
        awaitState("flood#1", "first", "finished");
        submit("third", "test: {runs-on: [build1], run: '" + until("turn") + "'}");
        awaitState("third#1", "test", "running");
        submit("flood", "second: {runs-on: [build1], run: 'true'}", "later: {runs-on: [build1], run: 'true'}");
        awaitState("flood#2", "later", "ready");
        submit("small", "test: {runs-on: [build1], run: 'true'}");
        awaitState("small#1", "test", "ready");
        expect(Kind.BUSY, "the worker is busy, and it is the next", "small#1", "test");
        expect(Kind.SHARE, "another project has had less of the worker", "flood#2", "second");
        submit("urgent", "hotfix: {priority: high, runs-on: [build1], run: 'true'}");
        awaitState("urgent#1", "hotfix", "ready");
        expect(Kind.PRIORITY, "a task of a higher priority is ready", "small#1", "test");
        expect(Kind.LINE, "all of that", "flood#2", "later");
        end("turn");
        awaitState("flood#2", "later", "finished");
    }

    /** A worker that is present and takes nothing stands for the moment between two, which is too short to be seen. */
    private void nobodyTakesIt() throws Exception {
        var idle = new WorkerInfo(
                "idle1", "w-idle1", "1d1e", Attributes.of(Map.of("os", "linux"), "idle1"), 1, "1", 1, false);
        try (var client = CuratorFrameworkFactory.newClient(node.running().zookeeper(), new RetryOneTime(500))) {
            client.start();
            client.create()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath(PresencePaths.worker(idle.incarnation()), Codec.encode(idle));
            awaitWorkers("idle1", true);
            submit("next", "test: {runs-on: [idle1], run: 'true'}");
            expect(Kind.ANY_MOMENT, "nothing keeps it from being taken", "next#1", "test");
        }
    }
}
