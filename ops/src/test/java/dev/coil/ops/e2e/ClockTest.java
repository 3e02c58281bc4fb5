package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A machine whose clock is set back by an hour or ahead by a year, and right again: a library between the node and the system tells it so. */
class ClockTest {

    /** Each of its tasks waits for some timer: an attempt's limit, two pauses before other attempts, a wait for a worker. */
    private static final String GRAPH = """
            name: clock
            tasks:
              slow: {run: sleep 600, timeout: 2s, allow-failure: true, checkout: false}
              flaky: {run: 'test $COIL_ATTEMPT = 3', retry: {failure: 2}, checkout: false}
              rare: {runs-on: {labels: [nobody]}, queue-timeout: 3s, run: 'true', allow-failure: true, checkout: false}
              long: {run: sleep 4, timeout: 60s, checkout: false}
            """;

    @TempDir
    Path directory;

    private Program coil;
    private Path back;
    private Path ahead;
    private Path project;

    @BeforeEach
    void makeALibrary() throws Exception {
        back = directory.resolve("back");
        ahead = directory.resolve("ahead");
        var source = directory.resolve("clock.c");
        try (var text = Objects.requireNonNull(getClass().getResourceAsStream("clock.c"))) {
            Files.copy(text, source);
        }
        var library = directory.resolve("clock.so");
        assertThat(new ProcessBuilder("gcc", "-shared", "-fPIC", "-O2", "-o", library.toString(), source.toString())
                        .inheritIO()
                        .start()
                        .waitFor())
                .isZero();
        coil = new Program(directory)
                .with("LD_PRELOAD", library.toString())
                .with("CLOCK_BACK", back.toString())
                .with("CLOCK_AHEAD", ahead.toString());
        project = Files.createDirectories(directory.resolve("project"));
        Files.writeString(project.resolve(".coil.yml"), GRAPH);
    }

    @AfterEach
    void stop() throws Exception {
        coil.close();
    }

    private void submit() throws Exception {
        var submitted = coil.run("submit", project.toString());
        assertThat(submitted.exitCode())
                .as(submitted.stderr() + coil.lastWords())
                .isZero();
    }

    /** The run ends as it would have, after seconds and not an hour, and knows how long it took. */
    private void expectSuccess(String run) throws Exception {
        assertThat(coil.run("watch", run).exitCode()).as(coil.lastWords()).isZero();
        var shown = coil.run("show", run, "--json").json();
        for (var task : shown.get("tasks")) {
            var name = task.get("name").asText();
            var outcome = name.equals("slow") || name.equals("rare") ? "timeout" : "success";
            assertThat(task.get("outcome").asText()).as(name).isEqualTo(outcome);
            assertThat(task.get("attempts")).as(name).hasSize(name.equals("flaky") ? 3 : name.equals("rare") ? 0 : 1);
        }
        var took = Duration.between(
                Instant.parse(shown.get("createdAt").asText()),
                Instant.parse(shown.get("finishedAt").asText()));
        assertThat(took).isBetween(Duration.ofSeconds(3), Duration.ofMinutes(2));
    }

    private void awaitRunning() {
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> coil.run("show", "latest", "--json").stdout().contains("\"running\""));
    }

    @Test
    void shouldGoOnWhileItsClockIsSetBackAndForthEvenOverARestart() throws Exception {
        var node = coil.up();
        submit();
        awaitRunning();
        Files.createFile(back);
        expectSuccess("clock#1");

        coil.down(node);
        coil.up();
        submit();
        awaitRunning();
        Files.delete(back);
        expectSuccess("clock#2");

        submit();
        expectSuccess("clock#3");
    }

    @Test
    void shouldForgetNothingForAClockThatIsAYearAheadForAWhile() throws Exception {
        var node = coil.up();
        submit();
        expectSuccess("clock#1");
        coil.down(node);

        Files.createFile(ahead);
        node = coil.up();
        submit();
        expectSuccess("clock#2");
        assertThat(coil.home().resolve("node.log")).content().contains("more than a day has passed at once");
        expectSuccess("clock#1");
        coil.down(node);

        Files.delete(ahead);
        coil.up();
        submit();
        expectSuccess("clock#3");
        expectSuccess("clock#1");
    }
}
