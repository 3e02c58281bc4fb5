package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks whose scripts add further tasks to their run, with a node and workers as processes of their own. */
class GeneratorsTest {

    private static final int MANY = 3_000;

    @TempDir
    Path directory;

    private Program coil;
    private Path graph;

    @BeforeEach
    void start() throws Exception {
        coil = new Program(directory);
        graph = Files.createDirectory(directory.resolve("graph")).resolve(".coil.yml");
    }

    @AfterEach
    void stop() throws Exception {
        coil.close();
    }

    private Process startWorker(JsonNode node, String name) throws Exception {
        return coil.start(
                "worker",
                "run",
                "--kafka",
                node.get("kafka").asText(),
                "--zookeeper",
                node.get("zookeeper").asText(),
                "--name",
                name,
                "--slots",
                "2",
                "--label",
                "planner");
    }

    private void submit() throws Exception {
        var submitted = coil.run("submit", graph.getParent().toString());
        assertThat(submitted.exitCode()).as(submitted.stderr()).isZero();
    }

    private JsonNode finished(String run) throws Exception {
        coil.run("watch", run);
        return coil.run("show", run, "--json").json();
    }

    /** The tasks without a script run nowhere but in the worker itself, so that there can be many. */
    @Test
    void shouldAddTasksOnceThoughTheWorkerIsKilledWhileTheyAreStaged() throws Exception {
        Files.writeString(graph, """
                name: killed
                defaults: {checkout: false}
                tasks:
                  plan:
                    runs-on: [planner]
                    run: |
                      echo "tasks:" > more.yml
                      echo "  first: {run: 'true'}" >> more.yml
                      i=0
                      while [ $i -lt %d ]; do
                        i=$((i + 1)); echo "  gate/$i: {needs: first}"
                      done >> more.yml
                    generates: more.yml
                  after: {needs: [{generated-by: plan}], run: "true"}
                """.formatted(MANY));
        coil.start("up", "--port", "0");
        var node = coil.awaitNode();
        var victim = startWorker(node, "victim");
        var staged = new CountDownLatch(1);
        try (var tail = new EventTail(
                KafkaSettings.single(node.get("kafka").asText()), EventTail.Start.BEGINNING, "tail", events -> {
                    if (events.stream().anyMatch(e -> e.event() instanceof Event.GeneratedStaged)) {
                        staged.countDown();
                    }
                })) {
            submit();
            assertThat(staged.await(60, TimeUnit.SECONDS)).as(coil.lastWords()).isTrue();
            assertThat(tail.failure()).isNull();
        }

        victim.destroyForcibly().waitFor();
        startWorker(node, "second");
        var run = finished("killed#1");

        assertThat(run.get("outcome").asText()).isEqualTo("success");
        assertThat(run.get("tasks")).hasSize(MANY + 3);
        var names = new HashSet<String>();
        run.get("tasks").forEach(task -> names.add(task.get("name").asText()));
        assertThat(names).hasSize(MANY + 3).contains("plan/first", "plan/gate/" + MANY);
        assertThat(run.get("tasks").get(2).get("generatedBy").asText()).isEqualTo("plan");
        assertThat(startOf(run, 1)).as("start of after").isGreaterThan(startOf(run, 2));
    }

    private static String startOf(JsonNode run, int task) {
        return run.get("tasks")
                .get(task)
                .get("attempts")
                .get(0)
                .get("startedAt")
                .asText();
    }

    @Test
    void shouldTryAGeneratorAgainWhoseWorkerIsKilledAndRefuseToRunItAgainThereafter() throws Exception {
        var written = directory.resolve("written");
        Files.writeString(graph, """
                name: again
                defaults: {checkout: false}
                tasks:
                  plan:
                    runs-on: [planner]
                    run: |
                      echo "tasks: {a$COIL_ATTEMPT: {run: 'true'}}" > more.yml
                      test $COIL_ATTEMPT != 1 || { touch %s; sleep 600; }
                    generates: more.yml
                """.formatted(written));
        coil.start("up", "--port", "0");
        var node = coil.awaitNode();
        var victim = startWorker(node, "victim");
        submit();
        await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(written));

        victim.destroyForcibly().waitFor();
        startWorker(node, "second");
        var run = finished("again#1");

        assertThat(run.get("outcome").asText()).isEqualTo("success");
        assertThat(run.get("tasks")).hasSize(2);
        assertThat(run.get("tasks").get(1).get("name").asText()).isEqualTo("plan/a2");
        var refused = coil.run("retry", "again#1", "plan");
        assertThat(refused.stderr())
                .contains("plan has added 1 task to the run, which another attempt would add again:"
                        + " retry those, or submit the run again");
        assertThat(refused.exitCode()).isNotZero();
        assertThat(coil.run("retry", "again#1", "plan/a2").exitCode()).isZero();
        assertThat(finished("again#1").get("outcome").asText()).isEqualTo("success");
    }

    @Test
    void shouldEndAGeneratorOfABadFileWithItsPlaceInTheLogAndTheRun() throws Exception {
        Files.writeString(graph, """
                name: bad
                defaults: {checkout: false}
                tasks:
                  absent: {run: "true", generates: more.yml}
                  key: {run: "echo 'tasks: {a: {run: x, ned: 1}}' > more.yml", generates: more.yml}
                  cycle:
                    run: 'printf "tasks:\\n  a: {run: x, needs: b}\\n  b: {run: x, needs: a}\\n" > more.yml'
                    generates: more.yml
                  binary: {run: "printf '\\\\377\\\\376' > more.yml", generates: more.yml}
                  none: {run: "echo 'tasks: {}' > more.yml", generates: more.yml}
                """);
        coil.start("up", "--port", "0");
        coil.awaitNode();

        submit();
        var run = finished("bad#1");

        assertThat(run.get("outcome").asText()).isEqualTo("failure");
        assertThat(run.get("tasks")).hasSize(5);
        assertThat(reason(run, "absent")).isEqualTo("generates: more.yml does not exist: the script has to write it");
        var unknown = "more.yml:1:21: unknown key 'ned' in a task";
        assertThat(reason(run, "key")).startsWith(unknown);
        assertThat(reason(run, "cycle")).startsWith("more.yml:2:22: 2 tasks need each other: a -> b -> a");
        assertThat(reason(run, "binary")).isEqualTo("generates: more.yml is no text in UTF-8");
        assertThat(reason(run, "none")).isEqualTo("null");
        assertThat(coil.run("show", "bad#1").stdout()).contains(unknown);
        assertThat(coil.run("log", "bad#1", "key").stdout()).contains("coil: " + unknown);
    }

    private static String reason(JsonNode run, String name) {
        for (var task : run.get("tasks")) {
            if (task.get("name").asText().equals(name)) {
                return task.get("reason").asText();
            }
        }
        throw new AssertionError("no task " + name + " in " + run);
    }
}
