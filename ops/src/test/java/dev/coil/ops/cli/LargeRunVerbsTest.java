package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run of 100,000 tasks on a real node, from its submission to its end, as its submitter sees it. */
@Tag("alone")
class LargeRunVerbsTest {

    @TempDir
    private Path temporary;

    @Test
    void shouldSubmitShowListAndCancelAHundredThousandTasks() throws Exception {
        Files.writeString(temporary.resolve(".coil.yml"), graph());
        var config = NodeConfig.defaults(temporary.resolve("home")).withPort(0).withoutWorker();
        try (var node = EmbeddedNode.start(config)) {
            var console = new Console(temporary, temporary.resolve("home"))
                    .with("COIL_URL", node.running().url());

            assertThat(console.coil("lint"))
                    .isEqualTo(new Console.Result(0, "", "coil: the graph is fine: 100000 tasks\n"));
            assertThat(console.coil("plan").out().lines().count()).isLessThan(60);
            var submitted = console.coil("submit");
            assertThat(submitted.out()).as(submitted.err()).isEqualTo("large#1\n");
            var shown = console.coil("show", "latest");
            assertThat(shown.code()).isEqualTo(ExitCodes.STILL_RUNNING);
            assertThat(shown.out()).contains("100,000 tasks in 901 groups, 40 shown");
            assertThat(shown.out().lines().count()).isLessThan(80);
            assertThat(console.coil("show", "latest", "g7/t1?").out()).contains("g7/t10", "waiting");
            assertThat(console.coil("list").out()).contains("/100000 ");
            assertThat(console.coil("cancel", "latest").code()).isZero();
            var watched = console.coil("watch", "latest");
            assertThat(watched.out()).contains("large#1 was cancelled: 100000 tasks");
            assertThat(watched.code()).isEqualTo(ExitCodes.INTERRUPTED);
        }
    }

    /** A matrix of 10,000, 899 chains of 100, and 100 single tasks, one of which waits for many. */
    private static String graph() {
        var text = new StringBuilder("name: large\ndefaults: {checkout: false}\ntasks:\n");
        var axis = IntStream.range(0, 100).mapToObj(Integer::toString).collect(Collectors.joining(", ", "[", "]"));
        text.append("  cpp: {run: x, matrix: {a: " + axis + ", b: " + axis + "}}\n");
        for (int group = 0; group < 899; group++) {
            text.append("  g" + group + "/t0: {run: x}\n");
            for (int i = 1; i < 100; i++) {
                text.append("  g" + group + "/t" + i + ": {run: x, needs: g" + group + "/t" + (i - 1) + "}\n");
            }
        }
        for (int i = 1; i < 100; i++) {
            text.append("  single" + i + ": {run: x}\n");
        }
        text.append("  all: {needs: ['g1*', cpp]}\n");
        return text.toString();
    }
}
