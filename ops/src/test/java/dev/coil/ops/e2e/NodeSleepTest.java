package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node that is stopped for a while, whose workers are not. */
class NodeSleepTest {

    @TempDir
    Path directory;

    private Program coil;
    private Path project;

    @BeforeEach
    void makeAProject() throws Exception {
        coil = new Program(directory);
        project = Files.createDirectories(directory.resolve("project"));
        // The first attempt outlasts the session of its worker, the second one does not end before that has been back
        // for a while.
        Files.writeString(project.resolve(".coil.yml"), """
                name: sleepy
                tasks:
                  t:
                    checkout: false
                    runs-on: {labels: [far]}
                    retry: {infra: 0}
                    run: |
                      echo "$COIL_ATTEMPT" >> %s
                      trap '' TERM
                      [ "$COIL_ATTEMPT" = 1 ] && seconds=120 || seconds=10
                      while [ $((seconds -= 1)) -ge 0 ]; do sleep 1; done
                """.formatted(directory.resolve("attempts")));
    }

    @AfterEach
    void stop() throws Exception {
        coil.close();
    }

    private static void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Test
    void shouldChargeNothingToTasksWhoseWorkerWasThereAllAlong() throws Exception {
        var node = coil.up();
        coil.start("worker", "run", "--name", "far", "--label", "far", "--slots", "1");
        coil.run("submit", project.toString());
        await().atMost(90, TimeUnit.SECONDS).until(() -> Files.exists(directory.resolve("attempts")));

        signal(node, "STOP");
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> Files.readString(coil.home().resolve("logs/worker-far.log"))
                        .contains("the ZooKeeper session is lost"));
        signal(node, "CONT");

        assertThat(coil.run("watch", "sleepy#1").exitCode()).isZero();
        assertThat(directory.resolve("attempts")).hasContent("1\n2\n");
    }
}
