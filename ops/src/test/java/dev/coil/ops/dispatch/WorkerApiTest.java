package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.codec.Codec;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** What workers see of a node over HTTP: {@code docs/worker-api.md}, line by line. */
class WorkerApiTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private static Path home;

    private static EmbeddedNode node;

    private String project;
    private HttpWorker worker;

    @BeforeAll
    static void start() {
        node = EmbeddedNode.start(NodeConfig.defaults(home).withPort(0).withoutWorker());
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    @BeforeEach
    void announce(TestInfo test) throws Exception {
        project = test.getTestMethod().orElseThrow().getName();
        worker = new HttpWorker(node.url(), "w-" + Integer.toHexString(project.hashCode()));
        assertThat(worker.announce().statusCode()).isEqualTo(204);
    }

    @AfterEach
    void leave() throws Exception {
        worker.leave();
        var ref = HttpRequest.newBuilder(node.url().resolve("/api/v1/projects/" + project + "/runs/1/cancel"));
        HttpWorker.send(ref.POST(BodyPublishers.ofString("{}")).build());
    }

    private void submit(String graph) throws Exception {
        var body = Codec.MAPPER.writeValueAsString(Map.of("project", project, "graph", Map.of("text", graph)));
        var request = HttpRequest.newBuilder(node.url().resolve("/api/v1/runs"))
                .POST(BodyPublishers.ofString(body))
                .build();
        var answer = HttpWorker.send(request);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private JsonNode get(String path) throws Exception {
        var answer =
                HttpWorker.send(HttpRequest.newBuilder(node.url().resolve(path)).build());
        return Codec.MAPPER.readTree(answer.body());
    }

    private JsonNode task(int index) throws Exception {
        return get("/api/v1/runs/" + project + "%231/tasks/" + index);
    }

    private void awaitTask(int index, String field, String value) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(task(index).path(field).asText())
                        .as("%s", task(index))
                        .isEqualTo(value));
    }

    @Test
    void shouldHandOutATaskInWordsForAShell() throws Exception {
        submit("""
                tasks:
                  greet:
                    checkout: false
                    env: {GREETING: "it's\\ntwo lines"}
                    exit-codes: {77: {outcome: skipped, label: not-compatible}}
                    artifacts: {dist: "out dir/"}
                    timeout: 90s
                    run: |
                      echo "$GREETING"
                      exit 0
                """);

        var task = worker.claim(20);

        assertThat(task.statusCode()).isEqualTo(200);
        assertThat(task.headers().firstValue("content-type"))
                .hasValueSatisfying(type -> assertThat(type).startsWith("text/plain"));
        assertThat(task.body())
                .contains("project " + project + "\nrun 1\ntask greet\nattempt 1\nref \\c\nevent manual\n"
                        + "timeout 90\nshell sh\n")
                .contains("directory \\c\nworkdir \\c\n")
                .contains("env COIL_OS linux\n")
                .contains("env GREETING it\\0047s\\0012two\\0040lines\n")
                .contains("artifact dist out\\0040dir/ success\n")
                .contains("exit 77 skipped not-compatible\n")
                .endsWith("\n\necho \"$GREETING\"\nexit 0\n");
        assertThat(worker.succeed(claim(task.body())).statusCode()).isEqualTo(204);
        awaitTask(0, "outcome", "success");
    }

    private static String claim(String text) {
        return text.lines()
                .filter(line -> line.startsWith("claim "))
                .findFirst()
                .orElseThrow()
                .substring("claim ".length());
    }

    @Test
    void shouldLetAPollWaitUntilATaskComes() throws Exception {
        var early = worker.claim(1);
        assertThat(early.statusCode()).isEqualTo(204);

        var poll = worker.claiming(30);
        submit("tasks: {late: {checkout: false, run: 'true'}}");

        assertThat(poll.get().statusCode()).isEqualTo(200);
        assertThat(poll.get().body()).contains("task late\n");
    }

    @Test
    void shouldKeepALogAndSayWhereItEnds() throws Exception {
        submit("tasks: {talk: {checkout: false, run: 'true'}}");
        var claim = worker.taken(20).path("claim").asText();

        assertThat(worker.log(claim, 0, "one\n").statusCode()).isEqualTo(204);
        assertThat(worker.log(claim, 4, "two\n").statusCode()).isEqualTo(204);
        // The same once more, as when the answer was lost.
        assertThat(worker.log(claim, 4, "two\n").statusCode()).isEqualTo(204);
        assertThat(worker.log(claim, 2, "XX").statusCode()).isEqualTo(204);
        assertThat(worker.log(claim, 0, "XXXXXXXX2\n").statusCode()).isEqualTo(204);
        var gap = worker.log(claim, 100, "three\n");

        assertThat(gap.statusCode()).isEqualTo(416);
        assertThat(gap.headers().firstValue("content-range")).hasValue("bytes */10");
        assertThat(worker.succeed(claim).statusCode()).isEqualTo(204);
        awaitTask(0, "outcome", "success");
        var path = "/api/v1/runs/" + project + "%231/tasks/0/attempts/1/log?follow=true";
        var log =
                HttpWorker.send(HttpRequest.newBuilder(node.url().resolve(path)).build());
        assertThat(log.body()).isEqualTo("one\ntwo\n2\n");
    }

    @Test
    void shouldTakeAResultOnceHoweverOftenItIsSent() throws Exception {
        submit("tasks: {once: {checkout: false, run: 'true', retry: {failure: 1}}}");
        var claim = worker.taken(20).path("claim").asText();
        var failure = Map.of("outcome", "failure", "exit-code", "3", "started", "1", "finished", "2", "log-bytes", "0");

        assertThat(worker.result(claim, failure).statusCode()).isEqualTo(204);
        assertThat(worker.result(claim, failure).statusCode()).isEqualTo(204);
        var second = worker.taken(20);
        assertThat(worker.result(claim, failure).statusCode()).isEqualTo(204);
        assertThat(second.path("task").path("attempt").asInt()).isEqualTo(2);
        assertThat(worker.succeed(second.path("claim").asText()).statusCode()).isEqualTo(204);

        awaitTask(0, "outcome", "success");
        assertThat(task(0).path("attempts")).hasSize(2);
    }

    @Test
    void shouldTellAWorkerThatItsTaskWasCancelled() throws Exception {
        submit("tasks: {stop: {checkout: false, run: 'sleep 100'}}");
        var claim = worker.taken(20).path("claim").asText();
        assertThat(worker.heartbeat(claim).statusCode()).isEqualTo(204);

        var cancel = HttpRequest.newBuilder(node.url().resolve("/api/v1/projects/" + project + "/runs/1/cancel"));
        HttpWorker.send(cancel.POST(BodyPublishers.ofString("{}")).build());

        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(worker.heartbeat(claim).statusCode()).isEqualTo(409));
        assertThat(worker.log(claim, 0, "late\n").body()).isEqualTo("this attempt has ended\n");
        assertThat(worker.succeed(claim).statusCode()).isEqualTo(409);
        awaitTask(0, "outcome", "cancelled");
    }

    @Test
    void shouldRunElsewhereWhatIsGivenBack() throws Exception {
        submit("tasks: {back: {checkout: false, run: 'true'}}");
        var claim = worker.taken(20).path("claim").asText();

        assertThat(worker.giveBack(claim).statusCode()).isEqualTo(204);
        var other = new HttpWorker(node.url(), "other");
        assertThat(other.announce().statusCode()).isEqualTo(204);
        var again = other.taken(20);

        assertThat(again.path("task").path("name").asText()).isEqualTo("back");
        assertThat(worker.heartbeat(claim).statusCode()).isEqualTo(409);
        assertThat(other.succeed(again.path("claim").asText()).statusCode()).isEqualTo(204);
        other.leave();
        awaitTask(0, "outcome", "success");
    }

    @Test
    void shouldGiveBackWhatAWorkerHoldsThatLeaves() throws Exception {
        submit("tasks: {left: {checkout: false, run: 'true'}}");
        worker.taken(20);

        assertThat(worker.leave().statusCode()).isEqualTo(204);
        assertThat(worker.claim(0).statusCode()).isEqualTo(404);
        assertThat(worker.announce().statusCode()).isEqualTo(204);

        var again = worker.taken(20);
        assertThat(again.path("task").path("name").asText()).isEqualTo("left");
        // Nothing is charged for it.
        assertThat(task(0).path("attempts")).isNotEmpty();
        assertThat(worker.succeed(again.path("claim").asText()).statusCode()).isEqualTo(204);
    }

    @Test
    void shouldHandInWhatATaskGenerates() throws Exception {
        submit("tasks: {plan: {checkout: false, run: x, generates: more.yml}}");
        var claim = worker.taken(20).path("claim").asText();

        var bad = worker.handIn(claim, "tasks: {a: {rum: 'true'}}");
        var good = worker.handIn(claim, "tasks: {a: {run: 'true', checkout: false}}");

        assertThat(bad.statusCode()).isEqualTo(400);
        assertThat(bad.body()).contains("rum").contains("more.yml:1:");
        assertThat(good.statusCode()).as(good.body()).isEqualTo(200);
        var fields = Map.of(
                "outcome",
                "success",
                "started",
                "1",
                "finished",
                "2",
                "log-bytes",
                "0",
                "generated",
                good.body().strip());
        assertThat(worker.result(claim, fields).statusCode()).isEqualTo(204);
        assertThat(worker.taken(20).path("task").path("name").asText()).isEqualTo("plan/a");
    }

    @Test
    void shouldTakeNothingWhileDrained() throws Exception {
        var name = "w-" + Integer.toHexString(project.hashCode());
        var body = "{\"worker\":\"" + name + "\",\"reason\":\"a new disk\",\"by\":\"ann\"}";
        var pause = HttpRequest.newBuilder(node.url().resolve("/api/v1/pauses"));
        assertThat(HttpWorker.send(pause.POST(BodyPublishers.ofString(body)).build())
                        .statusCode())
                .isEqualTo(202);
        submit("tasks: {wait: {checkout: false, run: 'true'}}");

        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(worker.claim(1).headers().firstValue("coil-drained"))
                        .hasValue("drained by ann: a new disk"));
        var resume = HttpRequest.newBuilder(node.url().resolve("/api/v1/pauses/resume"));
        var poll = worker.claiming(30);
        HttpWorker.send(resume.POST(BodyPublishers.ofString("{\"worker\":\"" + name + "\",\"by\":\"ann\"}"))
                .build());

        assertThat(poll.get().statusCode()).isEqualTo(200);
    }

    @Test
    void shouldShowTheWorkerLikeAnyOther() throws Exception {
        worker.announce("&label=quiet&slots=3&version=1.2&fact=cpus%3D8");

        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        get("/api/v1/workers").toString())
                .contains(
                        "\"w-" + Integer.toHexString(project.hashCode()) + "\"", "\"slots\":3", "\"quiet\"", "x86_64"));
    }

    @Test
    void shouldSayWhatIsWrongWithARequest() throws Exception {
        assertThat(worker.announce("&slots=many").body()).contains("field 'slots': 'many' is no number");
        assertThat(worker.announce("&lable=x").body()).contains("unknown field 'lable'; known here: worker, name");
        assertThat(worker.announce("&fact=arch%3Dvax").body()).contains("there is no platform 'linux-vax'");
        assertThat(worker.claim(99).body()).contains("parameter 'wait': '99': expected 0 to 60 seconds");
        assertThat(worker.heartbeat("nonsense").body()).contains("'nonsense' is no claim");
        var stranger = new HttpWorker(node.url(), "stranger");
        assertThat(stranger.claim(0).statusCode()).isEqualTo(404);
        assertThat(stranger.claim(0).body()).contains("announce the worker");
    }

    @Test
    void shouldNotTakeAResultThatNamesWhatIsNotThere() throws Exception {
        submit("tasks: {keep: {checkout: false, run: 'true', artifacts: {dist: out/}}}");
        var claim = worker.taken(20).path("claim").asText();
        var digest = "ab".repeat(32);
        var fields = Map.of(
                "outcome",
                "success",
                "started",
                "1",
                "finished",
                "2",
                "log-bytes",
                "0",
                "artifact",
                "dist " + digest + " 12 1");

        var answer = worker.result(claim, fields);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("artifact 'dist': blob " + digest + " is not here");
    }

    @Test
    void shouldNotLetAWorkerSpeakForAnother() throws Exception {
        submit("tasks: {mine: {checkout: false, run: 'true'}}");
        var claim = worker.taken(20).path("claim").asText();
        var other = new HttpWorker(node.url(), "thief");
        other.announce();

        assertThat(other.succeed(claim).statusCode()).isEqualTo(409);
        assertThat(other.heartbeat(claim).body()).contains("another worker's");
        assertThat(worker.succeed(claim).statusCode()).isEqualTo(204);
        other.leave();
    }
}
