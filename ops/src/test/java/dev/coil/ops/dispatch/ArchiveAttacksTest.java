package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.Run;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.worker.ShellWorker;
import dev.coil.protocol.graph.Outcome;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A task hands others more than they may unpack. */
class ArchiveAttacksTest {

    private static final String GRAPH = """
            defaults: {checkout: false}
            tasks:
              zeros:
                run: dd if=/dev/zero of=large bs=1048576 count=40 2>/dev/null
                artifacts: {large: large}
              empty:
                run: |
                  mkdir many && cd many
                  awk 'BEGIN { for (i = 0; i < 15000; i++) { name = "f" i; printf "" > name; close(name) } }'
                artifacts: {many: many}
              one:
                download: {zeros.large: got}
                resources: {disk: 5MiB}
                allow-failure: true
                run: touch REACHED
              many:
                download: {empty.many: got/}
                resources: {disk: 5MiB}
                allow-failure: true
                run: touch REACHED
              enough:
                download: {zeros.large: got}
                resources: {disk: 100MiB}
                run: test "$(wc -c < got)" -eq 41943040
            """;

    @TempDir
    private Path directory;

    @Test
    void shouldFailTheTaskBeforeTheShellWorkerUnpacksIt() throws Exception {
        try (var node = EmbeddedNode.start(NodeConfig.defaults(directory.resolve("home"))
                        .withoutWorker()
                        .withPort(0));
                var worker = ShellWorker.start("dash", node.url(), directory.resolve("w"), "--slots", "2")) {
            check(finished(node));
            assertThat(worker.said()).doesNotContain("nearly full");
        }
    }

    @Test
    void shouldFailTheTaskBeforeTheNodesWorkerUnpacksIt() throws Exception {
        try (var node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0))) {
            check(finished(node));
        }
    }

    private Run finished(EmbeddedNode node) throws Exception {
        var graph = GRAPH.replace("REACHED", directory.resolve("reached").toString());
        return GraphRuns.finished(node.url(), "bombs", graph);
    }

    private void check(Run run) {
        assertThat(directory.resolve("reached")).doesNotExist();
        for (var task : run.tasks()) {
            boolean refused = task.name().equals("one") || task.name().equals("many");
            assertThat(task.outcome()).as(task.name()).isEqualTo(refused ? Outcome.FAILURE : Outcome.SUCCESS);
            if (refused) {
                assertThat(task.lastAttempt().reason())
                        .isEqualTo("its inputs do not fit into the disk that the task may use: more than 5 MiB would be"
                                + " unpacked (resources: {disk: …} asks for more)");
            }
        }
    }
}
