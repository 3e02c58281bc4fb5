package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CI of Oils as one graph, on a node and three workers. */
class SoilTest {

    private static final Path EXAMPLE = Path.of("..", "examples", "soil");

    /** The facts that the example was made from; they are beside a developer's checkout, or not at all. */
    private static final Path FACTS = Path.of("..", "..", "shared", "data", "soil-graph.json");

    @TempDir
    Path directory;

    private Program coil;

    @BeforeEach
    void start() throws Exception {
        coil = new Program(directory);
    }

    @AfterEach
    void stop() throws Exception {
        coil.close();
    }

    @Test
    void shouldRunToTheEndInTheRightOrder() throws Exception {
        var repository = copy();
        coil.start("up", "--port", "0", "--slots", "2");
        coil.awaitNode();
        startWorker("tarball", "SYS_PTRACE", "vm.mmap_rnd_bits:28");
        startWorker("terminal", "tty", "vm.mmap_rnd_bits:28", "kernel-perf");
        startWorker("setups", "debian-bookworm", "fedora-42", "alpine-3.19");
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> coil.run("workers", "--json").json().get("workers").size() == 4);

        coil.run("submit", repository.toString());
        coil.run("watch", "soil#1");
        var run = coil.run("show", "soil#1", "--json").json();

        assertThat(run.get("tasks")).hasSize(202);
        assertThat(StreamSupport.stream(run.get("tasks").spliterator(), false)
                        .filter(task -> !task.get("outcome").asText().equals("success"))
                        .map(task -> task.get("name").asText() + ": "
                                + task.get("outcome").asText() + ", "
                                + task.get("reason").asText()))
                .as(() -> logsOfBroken(run))
                .containsExactly("maybe-merge/maybe-merge: skipped, its condition does not hold in this run");
        assertThat(run.get("outcome").asText()).isEqualTo("success");
        shouldHaveStartedAfterItsNeeds(run);
    }

    private String logsOfBroken(JsonNode run) {
        var logs = new StringBuilder();
        for (var task : run.get("tasks")) {
            var name = task.get("name").asText();
            if (!Set.of("success", "skipped").contains(task.get("outcome").asText())) {
                try {
                    logs.append(name)
                            .append(" printed: ")
                            .append(coil.run("log", "soil#1", name).stdout());
                } catch (Exception e) {
                    logs.append(e);
                }
            }
        }
        return logs.toString();
    }

    private static void shouldHaveStartedAfterItsNeeds(JsonNode run) {
        var ended = new HashMap<String, String>();
        run.get("tasks").forEach(task -> task.get("attempts")
                .forEach(attempt -> ended.put(
                        task.get("name").asText(), attempt.get("finishedAt").asText())));
        int edges = 0;
        for (var task : run.get("tasks")) {
            edges += task.get("needs").size();
            for (var attempt : task.get("attempts")) {
                for (var need : task.get("needs")) {
                    assertThat(attempt.get("startedAt").asText())
                            .as(task.get("name").asText())
                            .isGreaterThanOrEqualTo(ended.get(need.asText()));
                }
            }
        }
        assertThat(edges).isEqualTo(322);
    }

    private void startWorker(String name, String... labels) throws IOException {
        var arguments = new java.util.ArrayList<>(List.of("worker", "run", "--name", name, "--slots", "2"));
        for (var label : labels) {
            arguments.addAll(List.of("--label", label));
        }
        coil.start(arguments.toArray(String[]::new));
    }

    /** Without the example's repository, as a user would have it. */
    private Path copy() throws Exception {
        var repository = Files.createDirectory(directory.resolve("soil"));
        try (var files = Files.list(EXAMPLE)) {
            for (var file : files.toList()) {
                Files.copy(file, repository.resolve(file.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return repository;
    }

    @Test
    void shouldBeWhatTheGeneratorMakesOfTheFacts() throws Exception {
        assumeTrue(Files.exists(FACTS), () -> "SKIPPED: the facts about Soil's jobs are not at " + FACTS);
        var jq = new ProcessBuilder("jq", "-rf", EXAMPLE.resolve("generate.jq").toString(), FACTS.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();

        var made = new String(jq.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);

        assertThat(jq.waitFor()).isZero();
        assertThat(made).isEqualTo(Files.readString(EXAMPLE.resolve(".coil.yml")));
    }

    @Test
    void shouldKeepWhatTheFactsSayOfMachines() throws Exception {
        var plan = coil.run("plan", EXAMPLE.toString(), "--json").json();

        var tasks = new HashMap<String, JsonNode>();
        plan.get("tasks").forEach(task -> tasks.put(task.get("name").asText(), task));
        assertThat(tasks).hasSize(202);
        assertThat(count(tasks, "/action/tty")).isEqualTo(4);
        assertThat(count(tasks, "/action/resources/exclusive")).isEqualTo(10);
        assertThat(tasks.values().stream()
                        .filter(task -> task.at("/allowFailure").asBoolean()))
                .isNotEmpty();
        assertThat(tasks.get("cpp-small/os-info").get("requirement").asText())
                .isEqualTo("os=linux labels=SYS_PTRACE,vm.mmap_rnd_bits:28");
    }

    private static long count(Map<String, JsonNode> tasks, String truth) {
        return tasks.values().stream()
                .filter(task -> task.at(truth).asBoolean())
                .count();
    }
}
