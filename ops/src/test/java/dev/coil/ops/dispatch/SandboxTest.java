package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.worker.ShellWorker;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.HttpWorkerConfig;
import dev.coil.worker.health.Hours;
import dev.coil.worker.runner.Limits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a task can reach that is shut in: both workers, with the real bubblewrap. */
class SandboxTest {

    private static final Limits SHUT_IN = new Limits(
            Limits.STANDARD.log(),
            Limits.STANDARD.disk(),
            null,
            null,
            null,
            null,
            true,
            Limits.STANDARD.caches(),
            Hours.ALWAYS);

    @TempDir
    private Path directory;

    /** What each task tries beside its own work; it fails if it comes to more than it should. */
    private String graph(String label, Path own) {
        return """
                tasks:
                  LABEL/files:
                    runs-on: [LABEL]
                    checkout: false
                    run: |
                      echo ours > file && mkdir sub && echo more > sub/file && cat file sub/file
                      leaks() { echo "leaks: $1"; exit 1; }
                      if { echo x > /etc/coil-was-here; } 2>/dev/null; then leaks /etc; fi
                      if { echo x > OUTSIDE/x; } 2>/dev/null && test -e OUTSIDE/home; then leaks OUTSIDE; fi
                      if cat OWN/key 2>/dev/null; then leaks key; fi
                      if cat OWN/worker-id 2>/dev/null; then leaks id; fi
                      test -z "$(ls -A "$HOME")"
                      echo x > /tmp/x && echo x > "$HOME/x"
                    artifacts: {made: sub/}
                  LABEL/processes:
                    runs-on: [LABEL]
                    checkout: false
                    run: |
                      test "$(ls -d /proc/[0-9]* | wc -l)" -lt 12
                      if grep -aqs 'surefire\\|worker\\.sh' /proc/[0-9]*/cmdline; then exit 1; fi
                  LABEL/ends:
                    runs-on: [LABEL]
                    checkout: false
                    allow-failure: true
                    run: exit 7
                  LABEL/killed:
                    runs-on: [LABEL]
                    checkout: false
                    timeout: 3s
                    allow-failure: true
                    run: |
                      trap '' TERM
                      sleep 987654 &
                      sleep 987654
                  LABEL/terminal:
                    runs-on: [LABEL]
                    checkout: false
                    tty: true
                    run: test -t 1
                  LABEL/next:
                    runs-on: [LABEL]
                    checkout: false
                    needs: [LABEL/files]
                    download: {LABEL/files.made: got}
                    run: cat got/file && ! test -e /tmp/x
                """.replace("LABEL/", label + "-")
                .replace("LABEL", label)
                .replace("OUTSIDE", directory.toString())
                .replace("OWN", own.toString());
    }

    private Run finished(EmbeddedNode node, String label, Path own) throws Exception {
        return GraphRuns.finished(node.url(), "walls", graph(label, own));
    }

    private void check(EmbeddedNode node, String label, Path own) throws Exception {
        Files.createDirectories(own);
        Files.writeString(own.resolve("key"), "secret\n");
        var run = finished(node, label, own);
        var client = new NodeClient(node.url());
        for (var task : run.tasks()) {
            var log = task.lastAttempt() == null
                    ? ""
                    : new String(
                            client.log(run.summary(), task.index(), 1, false, 0, false)
                                    .readAllBytes(),
                            StandardCharsets.UTF_8);
            var expected =
                    task.name().endsWith("ends") ? "failure" : task.name().endsWith("killed") ? "timeout" : "success";
            assertThat(task.outcome().text())
                    .as(task.name() + ": " + task.lastAttempt() + "\n" + log)
                    .isEqualTo(expected);
        }
        assertThat(directory.resolve("x")).doesNotExist();
        assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse(""))
                        .filter(line -> line.contains("sleep 987654")))
                .isEmpty();
    }

    private EmbeddedNode node() {
        return EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0).withoutWorker());
    }

    @Test
    void shouldShutTasksOfTheWorkerInJavaIn() throws Exception {
        var own = directory.resolve("java");
        try (var node = node();
                var worker = new dev.coil.worker.HttpWorker(new HttpWorkerConfig(
                        node.url(), own, "java", 2, Set.of("java"), Map.of(), SHUT_IN, OwnerRules.NONE, null))) {
            worker.start();
            assertThat(worker.info().attributes().fact("sandbox")).isEqualTo("bubblewrap");
            check(node, "java", own);
        }
    }

    @Test
    void shouldShutTasksOfTheWorkerInTheShellIn() throws Exception {
        var own = directory.resolve("shell");
        try (var node = node();
                var worker =
                        ShellWorker.start("dash", node.url(), own, "--label", "shell", "--slots", "2", "--sandbox")) {
            check(node, "shell", own.resolve("worker"));
        }
    }
}
