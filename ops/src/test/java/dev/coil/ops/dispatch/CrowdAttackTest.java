package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.coil.ops.bench.CrowdProcess;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Thousands of workers come back at the same moment, to a node that has just been started again. {@code coil bench polls} has more. */
@Tag("alone")
class CrowdAttackTest {

    private static final int CROWD = 2_000;

    /** What a node has open besides, and more. */
    private static final int OTHER_FILES = 1_000;

    private static final String GRAPH = """
            defaults: {checkout: false}
            tasks:
              meanwhile:
                runs-on: {os: linux}
                run: "true"
            """;

    @TempDir
    private Path directory;

    private NodeConfig config() {
        return NodeConfig.defaults(directory).withoutWorker();
    }

    private static int crowd() {
        long files = ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                ? system.getMaxFileDescriptorCount() - system.getOpenFileDescriptorCount() - OTHER_FILES
                : CROWD;
        if (files < CROWD) {
            System.err.println("NOTE: only " + files + " workers instead of " + CROWD
                    + ", as no more files may be open: see ulimit -n");
        }
        assertThat(files)
                .as("files that may be open for workers: see ulimit -n")
                .isGreaterThan(10);
        return (int) Math.min(CROWD, files);
    }

    @Test
    void shouldAllWaitAgainAfterTheNodeWasRestartedWhileATaskIsServed() throws Exception {
        int crowd = crowd();
        var first = EmbeddedNode.start(config().withPort(0));
        var url = first.url();
        try (var workers = CrowdProcess.start(url)) {
            workers.open(20, "linux");
            workers.open(crowd, "openbsd");
            workers.expectRestart();
            first.close();

            try (var again = EmbeddedNode.start(config().withPort(url.getPort()))) {
                var back = CompletableFuture.supplyAsync(() -> awaitReturn(workers));
                var run = GraphRuns.finished(again.url(), "crowd", GRAPH);

                assertThat(run.tasks().get(0).outcome().text()).isEqualTo("success");
                assertThat(back.join()).isLessThan(60_000);
            }
        } finally {
            first.close();
        }
    }

    private static long awaitReturn(CrowdProcess workers) {
        try {
            return workers.awaitReturn();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
