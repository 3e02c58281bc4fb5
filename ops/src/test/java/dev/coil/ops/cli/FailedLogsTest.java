package dev.coil.ops.cli;

import static dev.coil.ops.progress.Runs.run;
import static dev.coil.ops.progress.Runs.task;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.FakeNode;
import dev.coil.ops.client.NodeClient;
import dev.coil.protocol.graph.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedLogsTest {

    private static final FakeNode NODE = new FakeNode();
    private static final LocalDateTime NOON = LocalDateTime.of(2026, 3, 1, 12, 0);

    @TempDir
    private Path home;

    private FailedLogs logs;

    @BeforeEach
    void open() {
        NODE.reset();
        logs = new FailedLogs(home, new NodeClient(NODE.url()));
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void shouldKeepALogAsPlainTextWithTheSameLines() throws IOException {
        serve(0, "\u001b[31mred\u001b[m\r\n\n10%\r100%\nwithout end");
        var run = run(task("test/linux").printed(40).attempt("w", 1, 2, 1).outcome(Outcome.FAILURE));

        var said = logs.keep(run.summary(), run.tasks(), NOON);

        var file = home.resolve("logs/failed/hello-20260301-120000/test-linux.log");
        assertThat(said).isEqualTo("the whole log: " + file);
        assertThat(Files.readString(file)).isEqualTo("red\n\n100%\nwithout end");
    }

    @Test
    void shouldKeepTheLogsOfSeveralTasks() throws IOException {
        serve(0, "a\n");
        serve(1, "b\n");
        serve(2, "c\n");
        var run = run(
                task("t/1").printed(2).attempt("w", 1, 2, 1).outcome(Outcome.FAILURE),
                task("t-1").printed(2).attempt("w", 1, 2, 1).outcome(Outcome.FAILURE),
                task("huge").printed(1 << 30).attempt("w", 1, 2, 1).outcome(Outcome.FAILURE),
                task("silent").attempt("w", 1, 2, 1).outcome(Outcome.FAILURE));

        var said = logs.keep(run.summary(), run.tasks(), NOON);

        assertThat(said).isEqualTo("2 of the 3 logs of what failed: " + home + "/logs/failed/hello-20260301-120000/");
        assertThat(kept()).containsExactly("hello-20260301-120000");
        try (var files = Files.list(home.resolve("logs/failed/hello-20260301-120000"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("t-1.log", "t-1-1.log");
        }
    }

    @Test
    void shouldKeepTheNewestTwentyRuns() throws IOException {
        serve(0, "a\n");
        var run = run(task("t").printed(2).attempt("w", 1, 2, 1).outcome(Outcome.FAILURE));
        for (int i = 0; i < 22; i++) {
            logs.keep(run.summary(), run.tasks(), NOON.plusSeconds(i));
            var made = home.resolve("logs/failed/hello-20260301-1200%02d".formatted(i));
            assertThat(made.toFile().setLastModified(1_000_000_000L + i * 1_000L))
                    .isTrue();
        }
        logs.keep(run.summary(), run.tasks(), NOON.plusSeconds(21));

        assertThat(kept()).hasSize(20).contains("hello-20260301-120003", "hello-20260301-120021-2");
        assertThat(kept()).doesNotContain("hello-20260301-120002");
    }

    @Test
    void shouldSayWhyLogsCannotBeKept() throws IOException {
        serve(0, "a\n");
        Files.writeString(home.resolve("logs"), "a file");
        var run = run(task("t").printed(2).attempt("w", 1, 2, 1).outcome(Outcome.FAILURE));

        assertThat(logs.keep(run.summary(), run.tasks(), NOON))
                .startsWith("the logs cannot be kept in " + home + "/logs/failed (")
                .endsWith("; --keep keeps all of the private node");
    }

    private static void serve(int task, String log) {
        NODE.bytes("GET /api/v1/runs/hello%233/tasks/" + task + "/attempts/1/log", log.getBytes(UTF_8));
    }

    private List<String> kept() throws IOException {
        try (var runs = Files.list(home.resolve("logs/failed"))) {
            return runs.map(run -> run.getFileName().toString()).sorted().toList();
        }
    }
}
