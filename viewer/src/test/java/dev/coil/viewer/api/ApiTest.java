package dev.coil.viewer.api;

import static dev.coil.viewer.projection.Events.task;
import static dev.coil.viewer.projection.Events.worker;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Outcome;
import dev.coil.viewer.projection.RunState;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ApiTest {

    private static final String LOG = "/api/v1/runs/mylang%2317/tasks/0/attempts/latest/log";

    private ApiServer server;
    private RunState run;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new ApiServer(directory);
        run = server.events.run("mylang", 17, task("build"), task("test", 0));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    @Test
    void shouldGiveARunOfManyTasksAsOneDocument() throws Exception {
        var tasks = IntStream.range(0, 3_000).mapToObj(i -> task("t" + i)).toArray(TaskSummary[]::new);
        server.events.run("wide", 1, tasks);

        var answer = server.get("/api/v1/runs/wide%231");

        var document = Codec.MAPPER.readTree(answer.body());
        assertThat(document.get("tasks")).hasSize(3_000);
        assertThat(document.get("tasks").get(2_999).get("name").asText()).isEqualTo("t2999");
        assertThat(document.get("counts").get("total").asInt()).isEqualTo(3_000);
    }

    @Test
    void shouldListRunsOfAProjectUpToALimit() throws Exception {
        server.events.run("other", 1, task("t"));
        server.events.run("mylang", 18, task("t"));

        var all = Codec.MAPPER.readTree(server.get("/api/v1/runs").body()).get("runs");
        var one = Codec.MAPPER
                .readTree(server.get("/api/v1/runs?project=mylang&limit=1").body())
                .get("runs");

        assertThat(all).hasSize(3);
        assertThat(one).hasSize(1);
        assertThat(one.get(0).get("number").asInt()).isEqualTo(18);
        assertThat(server.get("/api/v1/runs?limit=none").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldSayWhatIsWrongInOneSentence() throws Exception {
        var unknown = server.get("/api/v1/runs/mylang%2399");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo("{\"error\":\"there is no run mylang#99; the latest is mylang#17\"}");
        assertThat(server.get("/api/v1/runs/mylang%2317/tasks/2").statusCode()).isEqualTo(404);
        assertThat(server.get(LOG).body()).contains("has not been started");
        assertThat(server.get(LOG.replace("latest", "7")).body()).contains("has no attempt 7");
        assertThat(server.get(LOG + "?format=pdf").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldSayThatItNoLongerKnowsWhatGoesOn() throws Exception {
        server.failure.set(new IllegalStateException("events 0 jump from 3 to 5"));

        var answer = server.get("/api/v1/runs");

        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.body()).contains("jump from 3 to 5", "restart");
    }

    @Test
    void shouldNameTheNeedThatKeptATaskFromBeingRun() throws Exception {
        var run = server.events.run(
                "narrow", 1, task("ok"), task("lint"), task("s390x"), task("pack", 0, 1, 2), task("show", 0, 1));
        server.events.done(run, 0, Outcome.SUCCESS);
        server.events.done(run, 1, Outcome.FAILURE);
        server.events.skipped(run, 2, EndKind.NO_WORKER);
        server.events.skipped(run, 3, EndKind.NO_WORKER);
        server.events.skipped(run, 4, EndKind.NEED);

        try (var stream = server.follow("/api/v1/runs/narrow%231/stream?brief=true")) {
            stream.next();
            var tasks = stream.next().data();
            assertThat(tasks.at("/tasks/3/needs").toString()).isEqualTo("[\"s390x\"]");
            assertThat(tasks.at("/tasks/4/needs").toString()).isEqualTo("[\"lint\"]");
        }
    }

    @Test
    void shouldTellPagesOfALargeRunBitByBit() throws Exception {
        var tasks = IntStream.range(0, 1_200)
                .mapToObj(i -> i < 3 ? task("t" + i) : task("t" + i, 0, 1, 2))
                .toArray(TaskSummary[]::new);
        var wide = server.events.run("wide", 1, tasks);
        server.events.done(wide, 1, Outcome.FAILURE);
        try (var stream = server.follow("/api/v1/runs/wide%231/stream?brief=true")) {
            var snapshot = stream.next();
            assertThat(snapshot.event()).isEqualTo("snapshot");
            assertThat(snapshot.data().get("tasks")).isEmpty();
            assertThat(snapshot.data().at("/counts/total").asInt()).isEqualTo(1_200);

            var indexes = new ArrayList<Integer>();
            while (indexes.size() < 1_200) {
                var change = stream.next();
                assertThat(change.data().get("tasks").size()).isLessThanOrEqualTo(500);
                change.data()
                        .get("tasks")
                        .forEach(task -> indexes.add(task.get("index").asInt()));
                change.data().get("tasks").forEach(task -> {
                    assertThat(task.has("script")).isFalse();
                    assertThat(task.get("needs").size()).isLessThanOrEqualTo(1);
                    // One of the three has ended.
                    assertThat(task.get("needCount").asInt())
                            .isEqualTo(task.get("index").asInt() < 3 ? 0 : 2);
                    assertThat(task.get("attempts"))
                            .hasSize(task.get("attemptCount").asInt());
                });
            }
            assertThat(indexes).isEqualTo(IntStream.range(0, 1_200).boxed().toList());

            server.events.done(wide, 7, Outcome.SUCCESS);
            var change = stream.next();
            while (!change.data().at("/tasks/0/outcome").asText().equals("success")) {
                change = stream.next();
            }
            assertThat(change.data().at("/tasks/0/index").asInt()).isEqualTo(7);
        }
        assertThat(server.get("/api/v1/runs/wide%231/stream?brief=maybe").statusCode())
                .isEqualTo(400);
    }

    @Test
    void shouldFollowARunThroughItsEndAndBeyond() throws Exception {
        try (var stream = server.follow("/api/v1/runs/mylang%2317/stream")) {
            var snapshot = stream.next();
            assertThat(snapshot.event()).isEqualTo("snapshot");
            assertThat(snapshot.data().get("tasks")).hasSize(2);

            server.events.done(run, 1, Outcome.FAILURE);
            var change = stream.next();
            while (!change.data().at("/tasks/0/outcome").asText().equals("failure")) {
                change = stream.next();
            }
            assertThat(change.event()).isEqualTo("change");
            assertThat(change.data().get("tasks")).hasSize(1);
            assertThat(change.data().at("/run/counts/failure").asInt()).isEqualTo(1);

            server.events.tell(new Event.RunFinished("mylang", 17, Outcome.FAILURE));
            var end = stream.next();
            while (!end.event().equals("end")) {
                end = stream.next();
            }
            assertThat(end.data().get("outcome").asText()).isEqualTo("failure");

            server.events.tell(new Event.RunReopened("mylang", 17));
            assertThat(stream.next().data().at("/run/state").asText()).isEqualTo("running");
        }
    }

    @Test
    void shouldFollowAllRunsAndWorkers() throws Exception {
        try (var stream = server.follow("/api/v1/stream")) {
            assertThat(stream.next().data().get("runs")).hasSize(1);

            server.events.run("other", 1, task("t"));
            assertThat(stream.next().data().at("/runs/0/project").asText()).isEqualTo("other");

            server.events.tell(new Event.WorkersReported(List.of(worker("build1", "inc1"))));
            assertThat(stream.next().data().at("/workers/0/name").asText()).isEqualTo("build1");
        }
    }

    @Test
    void shouldGiveALogAndPartsOfIt() throws Exception {
        server.events.claimed(run, 0, 1);
        server.print(run, 0, 1, 0, 1, "hello ");
        server.print(run, 0, 1, 6, 2, "oops\n");

        var whole = server.get(LOG);
        assertThat(whole.body()).isEqualTo("hello oops\n");
        assertThat(whole.headers().firstValue("content-length")).hasValue("11");
        assertThat(whole.headers().firstValue("coil-log-complete")).hasValue("false");

        var part = server.get(LOG, "Range", "bytes=-5");
        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("oops\n");
        assertThat(part.headers().firstValue("content-range")).hasValue("bytes 6-10/11");
        assertThat(server.get(LOG, "Range", "bytes=11-").statusCode()).isEqualTo(416);

        server.events.finished(run, 0, 1, Outcome.SUCCESS, 0);
        assertThat(server.get(LOG).headers().firstValue("coil-log-complete")).hasValue("true");
        assertThat(server.get(LOG + "?format=jsonl").body()).isEqualTo("""
                        {"t":1006,"stream":"err","text":"oops"}
                        {"t":1000,"stream":"out","text":"hello "}
                        """);
    }

    @Test
    void shouldPickTheErrorsOutOfALog() throws Exception {
        assertThat(server.get(LOG + "/errors").statusCode()).isEqualTo(404);
        assertThat(server.get(LOG + "/errors").body())
                .isEqualTo(server.get(LOG).body())
                .contains("not been started");
        server.events.claimed(run, 0, 1);
        assertThat(server.get(LOG + "/errors").body()).isEqualTo("{\"lines\":[],\"more\":0}");

        server.print(run, 0, 1, 0, 1, "ok\n");
        server.print(run, 0, 1, 3, 2, "\033[31mnot ok\033[0m\n");
        var growing = server.get(LOG + "/errors");
        server.events.finished(run, 0, 1, Outcome.FAILURE, 1);
        server.print(run, 0, 1, 19, 1, ".");

        assertThat(growing.body())
                .isEqualTo("{\"lines\":[{\"line\":2,\"stream\":\"err\",\"text\":\"not ok\"}],\"more\":0}");
        assertThat(growing.headers().firstValue("coil-log-complete")).hasValue("false");
        assertThat(server.get(LOG + "/errors").headers().firstValue("coil-log-complete"))
                .hasValue("true");
        assertThat(server.get(LOG.replace("latest", "7") + "/errors").body()).contains("has no attempt 7");
        assertThat(server.get(LOG.replace("tasks/0", "tasks/9") + "/errors").statusCode())
                .isEqualTo(404);
        assertThat(server.get(LOG.replace("%2317", "%2399") + "/errors").statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldFollowALogUntilAllOfItIsOut() throws Exception {
        try (var log = server.follow(LOG + "/stream")) {
            assertThat(log.next().data().get("attempt").isNull()).isTrue();

            server.events.claimed(run, 0, 1);
            assertThat(log.next().data().get("attempt").asInt()).isEqualTo(1);
            server.print(run, 0, 1, 0, 1, "hello ");
            var chunks = log.next();
            assertThat(chunks.event()).isEqualTo("chunks");
            assertThat(chunks.id()).isEqualTo("1:6");
            assertThat(chunks.data().at("/chunks/0/text").asText()).isEqualTo("hello ");

            // The news of the end may come before the last of the log.
            server.events.finished(run, 0, 1, Outcome.SUCCESS, 0);
            assertThat(log.next().data().at("/task/outcome").asText()).isEqualTo("success");
            server.print(run, 0, 1, 6, 1, "world");
            assertThat(log.next().data().at("/chunks/0/text").asText()).isEqualTo("world");
            var end = log.next();
            assertThat(end.event()).isEqualTo("end");
            assertThat(end.data().get("complete").asBoolean()).isTrue();
        }
        assertThat(server.get(LOG + "?follow=true").body()).isEqualTo("hello world");
        assertThat(server.get(LOG + "?follow=true&format=jsonl").body()).contains("\"text\":\"hello world\"");
    }

    @Test
    void shouldGoOnWhereAClientLostItsConnection() throws Exception {
        server.events.claimed(run, 0, 1);
        server.print(run, 0, 1, 0, 1, "hello world");

        try (var log = server.follow(LOG + "/stream", "Last-Event-ID", "1:6")) {
            assertThat(log.next().event()).isEqualTo("task");
            assertThat(log.next().data().at("/chunks/0/text").asText()).isEqualTo("world");
        }
    }

    @Test
    void shouldSayThatALogIsCutWhenItsWorkerIsLost() throws Exception {
        server.events.claimed(run, 0, 1);
        server.print(run, 0, 1, 0, 1, "hello");
        server.events.attemptEnded(run, 0, 1, Outcome.ERROR, "lost");

        try (var log = server.follow(LOG.replace("latest", "1") + "/stream")) {
            var message = log.next();
            while (!message.event().equals("end")) {
                message = log.next();
            }
            assertThat(message.data().get("complete").asBoolean()).isFalse();
            assertThat(message.data().get("bytes").asInt()).isEqualTo(5);
        }
    }
}
