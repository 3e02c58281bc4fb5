package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.checkout.Shell;
import dev.coil.ops.client.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code coil run} on a private node, with everything real. */
class RunCommandTest {

    @TempDir
    private Path temporary;

    private Path home;
    private Console console;

    @BeforeEach
    void open() {
        home = temporary.resolve("home");
        console = new Console(temporary, home);
    }

    @Test
    void shouldRunACommitAndTellWhatFailed() {
        Shell.repository(temporary.resolve("p")).run("""
                cat > .coil.yml <<'END'
                platforms:
                  here: {os: linux}
                  far: {os: openbsd}
                defaults: {runs-on: here}
                tasks:
                  good: {run: "test -f a.txt"}
                  bad: {run: "echo something went wrong >&2; exit 5", needs: [good]}
                  forgiven: {run: "exit 1", allow-failure: true}
                  far: {run: "true", runs-on: far, matrix: {i: [1, 2]}}
                END
                git commit -q -a -m Graph; echo later > b.txt""");

        var result = console.coil("run", "p");

        assertThat(result.out())
                .startsWith("failed    bad  exit code 5")
                .contains("(allowed to fail)", "2 tasks not run: no openbsd worker (far/1, far/2)\n")
                .doesNotContain("something went wrong")
                .containsPattern("p#1 failed: 5 tasks, 2 failed \\(1 allowed to\\), 2 skipped, 1 passed, in .*\n$");
        assertThat(result.err())
                .contains("warning: uncommitted changes are left out: b.txt")
                .contains("warning: 2 tasks not run: no openbsd worker")
                .contains("passed    good")
                .containsPattern(
                        "failed    bad  exit code 5  .*\n    coil: checked out .*\n    something went wrong\n");
        assertThat(result.code()).isEqualTo(ExitCodes.TASK_FAILED);
        assertThat(home.resolve("private")).isEmptyDirectory();
        var kept = Path.of(result.err().replaceAll("(?s).*\ncoil: the whole logs of what failed: (\\S+)\n.*", "$1"));
        assertThat(kept).hasParent(home.resolve("logs/failed"));
        assertThat(kept.resolve("bad.log")).content().endsWith("something went wrong\n");
    }

    @Test
    void shouldShowTheErrorInTheMiddleOfALongLogWithItsNumber() throws IOException {
        Files.writeString(temporary.resolve("g.yml"), """
                tasks:
                  build:
                    checkout: false
                    run: |
                      i=0
                      while [ $i -lt 300 ]; do
                        i=$((i + 1))
                        if [ $i = 150 ]; then echo "foo.c:12:5: error: no x"; else echo "compiling $i"; fi
                      done
                      exit 2
                """);

        var result = console.coil("run", "-f", "g.yml");

        assertThat(result.err())
                .containsPattern("failed    build  exit code 2  .*\n"
                        + "    log line 150: foo.c:12:5: error: no x\n    \\.\\.\\.\n    compiling 286\n");
        assertThat(result.out()).startsWith("failed    build  exit code 2  log line 150: foo.c:12:5: error: no x\n");
        var kept = result.err().replaceAll("(?s).*\ncoil: the whole log: (\\S+)\n.*", "$1");
        assertThat(Files.readAllLines(Path.of(kept)).get(149)).isEqualTo("foo.c:12:5: error: no x");
    }

    @Test
    void shouldGiveThePrivateNodesWorkerTheLabelsAskedFor() throws IOException {
        Files.writeString(temporary.resolve("g.yml"), """
                tasks:
                  calm: {run: "true", checkout: false, runs-on: [quiet, big]}
                  fast: {run: "true", checkout: false, runs-on: [kvm]}
                """);

        var result = console.coil("run", "-f", "g.yml", "--label", "quiet", "--label", "big");

        assertThat(result.err()).contains("passed    calm");
        assertThat(result.out())
                .contains("1 task not run: no worker with label kvm (fast)\n")
                .contains("#1 passed: 2 tasks, 1 skipped, 1 passed");
        assertThat(result.code()).isZero();
    }

    @Test
    void shouldKeepTheNodesDataIfAsked() throws IOException {
        Files.writeString(temporary.resolve("g.yml"), "tasks: {t: {run: 'true', checkout: false}}");

        var result = console.coil("run", "-f", "g.yml", "--keep", "--json");

        assertThat(result.code()).isZero();
        var run = Json.MAPPER.readTree(result.out());
        assertThat(run.path("state").asText()).isEqualTo("finished");
        assertThat(run.path("outcome").asText()).isEqualTo("success");
        assertThat(run.path("commit").isNull()).isTrue();
        assertThat(run.path("tasks")
                        .get(0)
                        .path("attempts")
                        .get(0)
                        .path("exitCode")
                        .asInt(-1))
                .isZero();
        var kept = result.err().replaceAll("(?s).*COIL_HOME=(\\S+) .*", "$1");
        assertThat(Path.of(kept).resolve("kafka")).isNotEmptyDirectory();
    }
}
