package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node and workers as processes of their own, under kill -9. */
class FleetTest {

    @TempDir
    Path directory;

    private Program coil;
    private Path repository;
    private Path ran;

    @BeforeEach
    void start() throws Exception {
        coil = new Program(directory);
        repository = Files.createDirectories(directory.resolve("repository"));
        ran = Files.createFile(directory.resolve("ran"));
    }

    @AfterEach
    void stop() throws Exception {
        coil.close();
    }

    private void commit(String graph) throws Exception {
        Files.writeString(repository.resolve(".coil.yml"), graph);
        for (var command : List.of(
                List.of("git", "init", "-q"),
                List.of("git", "add", "-A"),
                List.of("git", "-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-qm", "graph"))) {
            assertThat(new ProcessBuilder(command)
                            .directory(repository.toFile())
                            .start()
                            .waitFor())
                    .isZero();
        }
    }

    private Process startWorker(JsonNode node, String name, String facts, String... more) throws Exception {
        var arguments = new ArrayList<>(List.of(
                "worker",
                "run",
                "--kafka",
                node.get("kafka").asText(),
                "--zookeeper",
                node.get("zookeeper").asText(),
                "--name",
                name,
                "--slots",
                "2"));
        for (var fact : facts.split(" ")) {
            arguments.addAll(List.of("--fact", fact));
        }
        arguments.addAll(List.of(more));
        return coil.start(arguments.toArray(new String[0]));
    }

    private void awaitWorkers(int count) {
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> coil.run("workers", "--json").json().get("workers").size() == count);
    }

    private JsonNode finished(String run) throws Exception {
        coil.run("watch", run);
        return coil.run("show", run, "--json").json();
    }

    @Test
    void shouldRunEveryAttemptOnAWorkerThatMatchesAndNoTaskOnTwoAtOnce() throws Exception {
        commit("""
                name: fleet
                platforms:
                  linux-x86_64: {os: linux, arch: x86_64}
                  linux-s390x: {os: linux, arch: s390x}
                  freebsd-aarch64: {os: freebsd, arch: aarch64}
                tasks:
                  build:
                    matrix: {platform: all}
                    runs-on: "${{ matrix.platform }}"
                    run: |
                      test "$COIL_ARCH" = "$(echo ${{ matrix.platform }} | sed 's/.*-//')"
                      echo begin build-${{ matrix.platform }} $COIL_WORKER >> %1$s
                      echo end build-${{ matrix.platform }} $COIL_WORKER >> %1$s
                  test:
                    needs: [build]
                    matrix: {platform: all, n: [1, 2, 3, 4, 5, 6, 7, 8]}
                    runs-on: "${{ matrix.platform }}"
                    run: |
                      echo begin test-${{ matrix.platform }}-${{ matrix.n }} $COIL_WORKER >> %1$s
                      echo end test-${{ matrix.platform }}-${{ matrix.n }} $COIL_WORKER >> %1$s
                  bench:
                    runs-on: {platform: linux-x86_64, labels: [quiet]}
                    run: "true"
                """.formatted(ran));
        coil.start("up", "--port", "0");
        var node = coil.awaitNode();
        startWorker(node, "x1", "os=linux arch=x86_64");
        startWorker(node, "x2", "os=linux arch=x86_64", "--label", "quiet");
        startWorker(node, "z1", "os=linux arch=s390x");
        startWorker(node, "z2", "os=linux arch=s390x");
        startWorker(node, "f1", "os=freebsd arch=aarch64");
        awaitWorkers(6);

        coil.run("submit", repository.toString());
        var run = finished("fleet#1");

        assertThat(run.get("outcome").asText()).isEqualTo("success");
        assertThat(run.get("tasks")).hasSize(3 + 24 + 1);
        var workers = workers();
        var used = new TreeSet<String>();
        for (var task : run.get("tasks")) {
            var requirement = Requirement.parse(task.get("requirement").asText());
            for (var attempt : task.get("attempts")) {
                var worker = attempt.get("worker").asText();
                used.add(worker);
                assertThat(requirement.vetoes(workers.get(worker)))
                        .as(task.get("name") + " on " + worker)
                        .isEmpty();
            }
        }
        assertThat(used).contains("x2", "f1").hasSizeGreaterThanOrEqualTo(3);
        assertNeverTwoAtOnce();
    }

    private Map<String, Attributes> workers() throws Exception {
        var workers = new HashMap<String, Attributes>();
        for (var worker : coil.run("workers", "--json").json().get("workers")) {
            var facts = new TreeMap<String, String>();
            for (var fact : worker.get("attributes").get("facts").properties()) {
                facts.put(fact.getKey(), fact.getValue().asText());
            }
            var labels = new TreeSet<String>();
            worker.get("attributes").get("labels").forEach(label -> labels.add(label.asText()));
            workers.put(worker.get("name").asText(), new Attributes(facts, labels));
        }
        return workers;
    }

    private void assertNeverTwoAtOnce() throws Exception {
        var running = new HashMap<String, String>();
        for (var line : Files.readAllLines(ran)) {
            var words = line.split(" ");
            if (words[0].equals("begin")) {
                assertThat(running.put(words[1], words[2])).as(line).isNull();
            } else {
                assertThat(running.remove(words[1])).as(line).isEqualTo(words[2]);
            }
        }
        assertThat(running).isEmpty();
    }

    @Test
    void shouldTryTheTasksOfAKilledWorkerElsewhere() throws Exception {
        var gate = directory.resolve("gate");
        commit("""
                name: killed
                tasks:
                  task:
                    matrix: {n: [1, 2, 3, 4, 5, 6, 7, 8]}
                    run: |
                      while [ ! -e %1$s ]; do sleep 0.1; done
                """.formatted(gate));
        coil.start("up", "--port", "0");
        var node = coil.awaitNode();
        startWorker(node, "survivor", "os=linux");
        var victim = startWorker(node, "victim", "os=linux");
        awaitWorkers(3);
        coil.run("submit", repository.toString());
        await().atMost(30, TimeUnit.SECONDS).until(() -> isRunningOn("victim"));

        victim.destroyForcibly();
        Files.createFile(gate);
        var run = finished("killed#1");

        assertThat(run.get("outcome").asText()).isEqualTo("success");
        var lost = new ArrayList<String>();
        for (var task : run.get("tasks")) {
            var attempts = task.get("attempts");
            if (attempts.size() > 1) {
                assertThat(attempts.get(0).get("worker").asText()).isEqualTo("victim");
                assertThat(attempts.get(0).get("reason").asText()).isEqualTo("the worker was lost");
                assertThat(attempts.get(1).get("worker").asText()).isNotEqualTo("victim");
                lost.add(task.get("name").asText());
            }
        }
        assertThat(lost).isNotEmpty();
    }

    private boolean isRunningOn(String worker) throws Exception {
        for (var present : coil.run("workers", "--json").json().get("workers")) {
            if (present.get("name").asText().equals(worker)) {
                return !present.get("running").isEmpty();
            }
        }
        return false;
    }

    @Test
    void shouldGoOnWithARunAfterTheNodeWasKilled() throws Exception {
        commit("""
                name: phoenix
                tasks:
                  first:
                    matrix: {n: [1, 2, 3, 4, 5, 6, 7, 8]}
                    run: sleep 1
                  last:
                    needs: [first]
                    run: echo done >> %1$s
                """.formatted(ran));
        var node = coil.start("up", "--port", "0");
        coil.awaitNode();
        coil.run("submit", repository.toString());
        await().atMost(30, TimeUnit.SECONDS)
                .until(() -> coil.run("show", "phoenix#1", "--json")
                                .json()
                                .at("/counts/success")
                                .asInt()
                        >= 2);
        var before = coil.run("show", "phoenix#1", "--json").json();

        node.destroyForcibly().waitFor();
        coil.start("up", "--port", "0");
        coil.awaitNode();
        var after = finished("phoenix#1");

        assertThat(after.get("outcome").asText()).isEqualTo("success");
        assertThat(Files.readAllLines(ran)).containsExactly("done");
        for (var task : before.get("tasks")) {
            if (task.get("state").asText().equals("finished")) {
                assertThat(after.get("tasks").get(task.get("index").asInt()).get("attempts"))
                        .as("what had ended before stays as it was")
                        .isEqualTo(task.get("attempts"));
            }
        }
    }
}
