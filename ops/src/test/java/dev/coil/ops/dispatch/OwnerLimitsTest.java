package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.worker.ShellWorker;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.HttpWorkerConfig;
import dev.coil.worker.health.Hours;
import dev.coil.worker.runner.Limits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Limits of a machine's owner, of which the graph knows nothing. */
class OwnerLimitsTest {

    private static final String GRAPH = """
            defaults: {checkout: false, timeout: 1h, retry: {infra: 0}}
            tasks:
              long:
                run: sleep 300
              short:
                run: sleep 1
              narrow:
                run: test "$(nproc)" = 1 && test "$COIL_CPUS" = 1
              shorter:
                timeout: 1s
                run: sleep 300
              large:
                run: |
                  awk 'BEGIN { s = "x"; while (length(s) < 100000000) s = s s; system("sleep 60"); print length(s) }'
              allowed:
                resources: {memory: 1GB}
                run: "true"
            """;

    @TempDir
    private Path directory;

    private EmbeddedNode node;

    @BeforeEach
    void start() {
        node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withoutWorker().withPort(0));
    }

    @AfterEach
    void stop() {
        node.close();
    }

    @Test
    void shouldBeKeptByTheShellWorker() throws Exception {
        try (var worker = ShellWorker.start(
                "dash", node.url(), directory.resolve("w"), "--timeout", "20s", "--memory", "50MB", "--cpus", "1")) {
            check();
            assertThat(worker.said()).contains("cpus=1 memory=50000000 ");
        }
    }

    @Test
    void shouldBeKeptByTheWorkerInJava() throws Exception {
        var limits = new Limits(
                Limits.STANDARD.log(),
                Limits.STANDARD.disk(),
                50_000_000L,
                1,
                Duration.ofSeconds(20),
                null,
                false,
                Limits.STANDARD.caches(),
                Hours.ALWAYS);
        try (var worker = new dev.coil.worker.HttpWorker(new HttpWorkerConfig(
                node.url(), directory.resolve("w"), "w", 1, Set.of(), Map.of(), limits, OwnerRules.NONE, null))) {
            worker.start();
            check();
            assertThat(worker.info().attributes().fact("memory")).isEqualTo("50000000");
            assertThat(worker.info().attributes().fact("cpus")).isEqualTo("1");
        }
    }

    private void check() throws Exception {
        var run = allButOne();
        assertThat(task(run, "long").outcome()).isEqualTo(Outcome.ERROR);
        assertThat(task(run, "long").lastAttempt().reason())
                .isEqualTo("ran longer than this machine's owner lets tasks run: 20s");
        assertThat(task(run, "short").outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(task(run, "narrow").outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(task(run, "shorter").outcome()).isEqualTo(Outcome.TIMEOUT);
        assertThat(task(run, "large").outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(task(run, "large").lastAttempt().reason()).isEqualTo("used more than 47.7 MiB of memory");
        assertThat(task(run, "allowed").lastAttempt()).isNull();
    }

    private static Task task(Run run, String name) {
        return run.tasks().stream()
                .filter(task -> task.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** The run when all has ended but the task that wants more memory than the worker offers. */
    private Run allButOne() throws Exception {
        GraphRuns.submit(node.url(), "limits", GRAPH);
        return GraphRuns.await(
                node.url(),
                "limits",
                run -> run.tasks().stream()
                                .filter(task -> task.outcome() != null)
                                .count()
                        == 5);
    }
}
