package dev.coil.ops.worker;

import static dev.coil.ops.worker.ConformanceFixture.PATIENCE;
import static dev.coil.ops.worker.ConformanceFixture.SOON;
import static dev.coil.ops.worker.ConformanceFixture.awaitDeath;
import static dev.coil.ops.worker.ConformanceFixture.awaitFile;
import static dev.coil.ops.worker.ConformanceFixture.awaitProcesses;
import static dev.coil.ops.worker.ConformanceFixture.last;
import static dev.coil.ops.worker.ConformanceFixture.log;
import static dev.coil.ops.worker.ConformanceFixture.task;
import static dev.coil.ops.worker.ConformanceFixture.twice;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.graph.Outcome;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every worker that speaks HTTP must do when the node, or the way there, is away for a while. */
@Tag("alone")
@Timeout(600)
class ConnectionConformanceTest {

    private static final long MEBIBYTE = 1 << 20;

    /** More than there are tenths of a second until all workers run and the node is away. */
    private static final int PRINTED = 300;

    @TempDir
    static Path directory;

    private static ConformanceFixture fixture;
    private static Cases cases;

    static List<WorkerKind> kinds() {
        return WorkerKind.ALL;
    }

    @BeforeAll
    static void start() {
        fixture = new ConformanceFixture(directory);
        cases = new Cases();
        cases.askBeside("lost claim", kinds(), ConnectionConformanceTest::loseAClaim);
        cases.ask("cut", kinds(), ConnectionConformanceTest::cutTheConnection);
        cases.ask("artifact", kinds(), ConnectionConformanceTest::cutArtifactsOff);
    }

    @AfterAll
    static void stop() throws Exception {
        cases.close();
        fixture.close();
    }

    private static URI through(CuttableProxy proxy) {
        return URI.create("http://" + proxy.address());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldGoOnWhileTheNodeCannotBeReached(WorkerKind kind) throws Exception {
        cases.await("cut", kind);
    }

    private static void cutTheConnection(WorkerKind kind) throws Exception {
        var label = "cut-" + kind.label();
        var file = fixture.place("started-" + label);
        try (var proxy = new CuttableProxy(fixture.url().getPort());
                var worker = kind.start(through(proxy), fixture.place(label), "--label", label)) {
            var name = fixture.submit(label, printing(file, 100));
            awaitFile(file);
            Thread.sleep(2_500);
            proxy.cut();
            Thread.sleep(4_000);
            proxy.heal();

            var run = fixture.finished(name);
            assertThat(fixture.text(run, "t")).as(worker.said()).isEqualTo(lines(100));
            fixture.assertRanOnce(run, "t", worker);
        }
    }

    /** A task that prints ten lines a second. */
    private static String printing(Path started, int lines) {
        return """
                tasks:
                  t:
                    checkout: false
                    run: |
                      touch %s
                      i=0; while [ $i -lt %s ]; do i=$((i + 1)); echo "line $i"; sleep 0.1; done
                """.formatted(started, lines);
    }

    private static String lines(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(i -> "line " + i + "\n").collect(Collectors.joining());
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldBringArtifactsOverABrokenConnection(WorkerKind kind) throws Exception {
        cases.await("artifact", kind);
    }

    /** In the middle of an upload, and in that of a download by a worker that does not have it. */
    private static void cutArtifactsOff(WorkerKind kind) throws Exception {
        var label = "artifact-" + kind.label();
        var signs = Files.createDirectories(fixture.place("signs-" + label));
        String name;
        try (var proxy = new CuttableProxy(fixture.url().getPort());
                var worker = kind.start(through(proxy), fixture.place(label + "-1"), "--label", label)) {
            name = fixture.submit(label, """
                    tasks:
                      make:
                        checkout: false
                        artifacts: {big: big}
                        run: |
                          touch %1$s/makes
                          while ! test -e %1$s/go; do sleep 0.1; done
                          head -c 8388608 /dev/urandom > big; cksum big
                      use: {checkout: false, download: {make.big: big}, run: cksum big}
                    """.formatted(signs));
            awaitFile(signs.resolve("makes"));
            worker.drain();
            proxy.cutAfter(4 * MEBIBYTE);
            Files.createFile(signs.resolve("go"));
            healSoon(proxy);
            assertThat(worker.awaitEnd()).as(worker.said()).isEqualTo(kind.drainedCode());
            assertThat(proxy.passed())
                    .as("less than if it had begun anew")
                    .isBetween(8L * MEBIBYTE, 12L * MEBIBYTE - 1);
        }
        try (var proxy = new CuttableProxy(fixture.url().getPort())) {
            proxy.cutAfter(4 * MEBIBYTE);
            try (var worker = kind.start(through(proxy), fixture.place(label + "-2"), "--label", label)) {
                healSoon(proxy);

                var run = fixture.finished(name);
                assertThat(run.summary().outcome()).as(worker.said()).isEqualTo(Outcome.SUCCESS);
                assertThat(checksum(run, "use")).isEqualTo(checksum(run, "make"));
                fixture.assertRanOnce(run, "make", worker);
                fixture.assertRanOnce(run, "use", worker);
            }
        }
    }

    private static String checksum(Run run, String task) throws IOException {
        return fixture.text(run, task)
                .lines()
                .filter(line -> line.matches("[0-9]+ [0-9]+ big"))
                .findFirst()
                .orElseThrow();
    }

    private static void healSoon(CuttableProxy proxy) throws Exception {
        await().atMost(PATIENCE).until(proxy::isCut);
        Thread.sleep(1_500);
        proxy.heal();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldKillWhatIsNotItsOwnAnyMore(WorkerKind kind) throws Exception {
        cases.await("lost claim", kind);
    }

    /** A worker that is cut off for over a minute has its task run elsewhere, and hears so when it is back. */
    private static void loseAClaim(WorkerKind kind) throws Exception {
        var label = "lost-" + kind.label();
        var file = fixture.place("pids-" + label);
        try (var proxy = new CuttableProxy(fixture.url().getPort());
                var first = kind.start(through(proxy), fixture.place(label + "-1"), "--label", label)) {
            var name = fixture.submit(label, twice(file));
            var processes = awaitProcesses(file, 3);
            proxy.cut();
            try (var second = kind.start(fixture.url(), fixture.place(label + "-2"), "--label", label)) {
                var run = fixture.finished(name);
                assertThat(run.summary().outcome()).as(second.said()).isEqualTo(Outcome.SUCCESS);
                assertThat(last(run, "t").worker()).isEqualTo(label + "-2");
                assertThat(processes).allMatch(pid -> ProcessHandle.of(pid).isPresent());

                proxy.heal();

                awaitDeath(processes);
                await().atMost(SOON).until(() -> first.said().contains("lost " + name));
                assertThat(new NodeClient(fixture.url()).run(name)).isEqualTo(run);
            }
        }
    }

    @Test
    void shouldBringATaskOverARestartOfTheNode() throws Exception {
        var config = NodeConfig.defaults(directory.resolve("restarted")).withoutWorker();
        var first = EmbeddedNode.start(config.withPort(0));
        var url = first.url();
        var workers = new ArrayList<WorkerUnderTest>();
        var names = new ArrayList<String>();
        try {
            for (var kind : kinds()) {
                workers.add(startFor(kind, url));
                names.add(submitTo(url, kind));
            }
            kinds().forEach(kind -> awaitFile(started(kind)));
            Thread.sleep(2_500);
            first.close();
            try (var second = EmbeddedNode.start(config.withPort(url.getPort()))) {
                for (int i = 0; i < names.size(); i++) {
                    checkRestarted(
                            second.url(), ConformanceFixture.finished(second.url(), names.get(i)), workers.get(i));
                }
                for (var worker : workers) {
                    worker.terminate();
                    worker.awaitEnd();
                }
            }
        } finally {
            for (var worker : workers) {
                worker.close();
            }
            first.close();
        }
    }

    private static Path started(WorkerKind kind) {
        return fixture.place("started-restart-" + kind.label());
    }

    private static WorkerUnderTest startFor(WorkerKind kind, URI node) {
        var label = "restart-" + kind.label();
        return kind.start(node, fixture.place(label), "--label", label);
    }

    private static String submitTo(URI node, WorkerKind kind) throws IOException {
        var graph = printing(started(kind), PRINTED) + "  after: {needs: [t], run: cat a.txt}\n";
        return fixture.submit(node, "restart-" + kind.label(), graph);
    }

    private static void checkRestarted(URI node, Run run, WorkerUnderTest worker) throws Exception {
        assertThat(run.summary().outcome()).as(worker.said()).isEqualTo(Outcome.SUCCESS);
        // An owner that was started again itself does not know that the worker was there through a gateway, and may
        // give it up after 3 s. Then the task is run again; that it has one result holds all the same.
        assertThat(task(run, "t").attempts().stream()
                        .filter(attempt -> !"the worker was lost".equals(attempt.reason())))
                .as(task(run, "t").attempts().toString())
                .hasSize(1);
        assertThat(new String(log(node, run, "t"), UTF_8)).isEqualTo(lines(PRINTED));
    }
}
