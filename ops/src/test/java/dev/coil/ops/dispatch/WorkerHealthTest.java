package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.WorkerStatus;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.worker.ShellWorker;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What workers say of themselves that should not be given tasks, and what they are told. */
class WorkerHealthTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);

    @TempDir
    private Path directory;

    private EmbeddedNode node() {
        return EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0).withoutWorker());
    }

    private static List<WorkerStatus> workers(EmbeddedNode node) {
        return NodeClient.workers(new NodeClient(node.url()).workersJson());
    }

    @Test
    void shouldTakeNothingWhileTheClockIsADayOff() throws Exception {
        var offset = directory.resolve("offset");
        Files.writeString(offset, "93600\n");
        var programs = Files.createDirectories(directory.resolve("bin"));
        var date = Files.writeString(programs.resolve("date"), """
                #!/bin/sh
                exec /bin/date -d "@$(($(/bin/date +%%s) + $(cat %s)))" "$@"
                """.formatted(offset));
        assertThat(date.toFile().setExecutable(true)).isTrue();
        var path = Map.of("PATH", programs + ":" + System.getenv("PATH"));
        try (var node = node();
                var shell = ShellWorker.start("dash", node.url(), directory.resolve("shell"), path)) {
            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(workers(node)).singleElement().satisfies(worker -> {
                                assertThat(worker.unfit())
                                        .isEqualTo(
                                                "has a clock that is 1560 minutes ahead of the node's: set one of them right");
                                assertThat(worker.draining()).isTrue();
                            }));

            Files.writeString(offset, "60\n");

            await().atMost(PATIENCE)
                    .untilAsserted(
                            () -> assertThat(workers(node)).singleElement().satisfies(worker -> {
                                assertThat(worker.unfit()).isNull();
                                assertThat(worker.draining()).isFalse();
                            }));
            assertThat(shell.said()).contains("takes no tasks: this worker has a clock", "takes tasks again");
        }
    }

    @Test
    void shouldWorkAtTheHoursOfItsOwnerOnly() throws Exception {
        var now = LocalTime.now();
        var before = TIME.format(now.minusHours(3)) + "-" + TIME.format(now.minusHours(2));
        var around = TIME.format(now.minusHours(1)) + "-" + TIME.format(now.plusHours(1));
        try (var node = node();
                var rests = ShellWorker.start("dash", node.url(), directory.resolve("rests"), "--hours", before);
                var works = ShellWorker.start(
                        "dash", node.url(), directory.resolve("works"), "--hours", before, "--hours", around)) {
            await().atMost(PATIENCE).until(() -> workers(node).size() == 2);

            await().atMost(PATIENCE).until(() -> rests.said()
                    .contains("takes no tasks: this worker works at " + before + " only, by its owner's rules"));
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(workers(node))
                    .filteredOn(worker -> worker.name().equals("rests"))
                    .allMatch(WorkerStatus::draining));
            assertThat(workers(node))
                    .filteredOn(worker -> worker.name().equals("works"))
                    .noneMatch(WorkerStatus::draining);
            assertThat(works.said()).doesNotContain("takes no tasks");
        }
    }

    @Test
    void shouldTellAWorkerThatAnotherOneHasItsName() throws Exception {
        try (var node = node();
                var first = ShellWorker.start("dash", node.url(), directory.resolve("first"), "--name", "twin")) {
            await().atMost(PATIENCE).until(() -> workers(node).size() == 1);
            try (var second = ShellWorker.start("dash", node.url(), directory.resolve("second"), "--name", "twin")) {
                await().atMost(PATIENCE).until(() -> workers(node).size() == 2);

                await().atMost(PATIENCE).until(() -> second.said()
                        .contains(
                                "another worker is called twin as well: --name gives this one a name of its" + " own"));
                assertThat(first.said()).doesNotContain("another worker");
            }
        }
    }
}
