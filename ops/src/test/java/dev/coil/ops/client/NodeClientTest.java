package dev.coil.ops.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Problem;
import dev.coil.protocol.graph.Source;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeClientTest {

    private static final FakeNode NODE = new FakeNode();
    private final NodeClient client = new NodeClient(URI.create(NODE.url() + "/"));

    @AfterEach
    void reset() {
        NODE.reset();
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void shouldReadARun() {
        NODE.json("GET /api/v1/runs/%2317", Documents.run("running"));

        var run = client.run("#17");

        assertThat(run.summary().name()).isEqualTo("my-lang#17");
        assertThat(run.summary().isFinished()).isFalse();
        assertThat(run.summary().createdAt()).isEqualTo(Instant.parse("2026-03-01T12:00:00.123Z"));
        assertThat(run.summary().counts().total()).isEqualTo(2);
        assertThat(run.tasks()).extracting(Task::name).containsExactly("build", "test/linux-s390x/1");
        var build = run.tasks().get(0);
        assertThat(build.outcome()).isEqualTo(Outcome.FAILURE);
        assertThat(build.lastAttempt().exitCode()).isEqualTo(2);
        assertThat(build.artifacts()).singleElement().isEqualTo(new Attempt.Artifact("dist", "ab12", 1234, 7, null));
        assertThat(run.tasks().get(1).attempts()).isEmpty();
    }

    @Test
    void shouldGiveJsonBackAsItCame() {
        NODE.json("GET /api/v1/runs/latest", "{\"project\":\"p\",\"news\":{\"of\":\"a later version\"}}");

        assertThat(new String(client.runDocument("latest"), UTF_8))
                .isEqualTo("{\"project\":\"p\",\"news\":{\"of\":\"a later version\"}}");
    }

    @Test
    void shouldSubmitWithoutFieldsThatAreNotKnown() {
        NODE.json(
                "POST /api/v1/runs",
                HttpStatus.CREATED,
                "{\"project\":\"p\",\"number\":4,\"id\":\"00000000000000aa\",\"tasks\":9,\"warnings\":"
                        + "[{\"file\":\"f\",\"line\":1,\"column\":2,\"message\":\"m\",\"hint\":null}]}");

        var submitted = client.submit(new SubmitRequest(
                "00000000000000aa",
                "p",
                new SubmitRequest.GraphText(".coil.yml", "tasks: {}"),
                Source.none(),
                List.of("t*"),
                null,
                true,
                "ada"));

        assertThat(submitted.name()).isEqualTo("p#4");
        assertThat(submitted.warnings()).containsExactly(new Problem("f", 1, 2, "m", null));
        assertThat(NODE.requests().get(0).body())
                .isEqualTo("{\"id\":\"00000000000000aa\",\"project\":\"p\","
                        + "\"graph\":{\"file\":\".coil.yml\",\"text\":\"tasks: {}\"},"
                        + "\"source\":{\"event\":\"manual\"},\"select\":[\"t*\"],"
                        + "\"skipUnmatched\":true,\"submitter\":\"ada\"}");
    }

    @Test
    void shouldTellOfARefusalWithItsProblems() {
        NODE.json(
                "POST /api/v1/projects/my-lang/runs/17/cancel",
                HttpStatus.CONFLICT,
                "{\"error\":\"the run has finished\"}");
        NODE.json("GET /api/v1/runs/bad", HttpStatus.BAD_REQUEST, """
                {"error": "the graph has 1 problem",
                 "problems": [{"file": "f", "line": 3, "column": 4, "message": "m", "hint": "h"}]}""");
        NODE.json("GET /api/v1/runs/17", Documents.run("finished"));

        assertThatThrownBy(() -> client.cancel(client.run("17").summary(), 1, "no more"))
                .isInstanceOfSatisfying(RequestRefused.class, e -> {
                    assertThat(e.status()).isEqualTo(409);
                    assertThat(e).hasMessage("the run has finished");
                });
        assertThat(NODE.requests().get(1).body()).isEqualTo("{\"reason\":\"no more\",\"task\":1}");
        assertThatThrownBy(() -> client.run("bad"))
                .isInstanceOfSatisfying(RequestRefused.class, e -> assertThat(e.problems())
                        .containsExactly(new Problem("f", 3, 4, "m", "h")));
    }

    @Test
    void shouldFollowARun() {
        NODE.json("GET /api/v1/runs/17", Documents.run("running"));
        NODE.events(
                "GET /api/v1/runs/my-lang%2317/stream",
                "event: snapshot\ndata: " + Documents.oneLine(Documents.run("running")) + "\n\n"
                        + "event: gossip\ndata: [1]\n\n"
                        + "event: change\ndata: {\"run\":{\"project\":\"my-lang\",\"number\":17,\"state\":\"finished\"},"
                        + "\"tasks\":[{\"index\":1,\"name\":\"t\",\"state\":\"finished\",\"outcome\":\"success\"}]}\n\n"
                        + "event: end\ndata:\n\n");

        try (var stream = client.follow(client.run("17").summary())) {
            assertThat(stream.next()).isInstanceOfSatisfying(RunEvent.Snapshot.class, e -> assertThat(
                            e.run().tasks())
                    .hasSize(2));
            assertThat(stream.next()).isInstanceOfSatisfying(RunEvent.Change.class, e -> {
                assertThat(e.run().isFinished()).isTrue();
                assertThat(e.tasks()).extracting(Task::outcome).containsExactly(Outcome.SUCCESS);
            });
            assertThat(stream.next()).isInstanceOf(RunEvent.End.class);
            assertThat(stream.next()).isNull();
        }
    }

    @Test
    void shouldAskForTheEndOfALog() throws IOException {
        NODE.json("GET /api/v1/runs/17", Documents.run("finished"));
        NODE.bytes("GET /api/v1/runs/my-lang%2317/tasks/0/attempts/1/log", "end".getBytes(UTF_8));

        try (var log = client.log(client.run("17").summary(), 0, 1, false, 4000, false)) {
            assertThat(log.readAllBytes()).asString(UTF_8).isEqualTo("end");
        }
        assertThat(NODE.requests().get(1).range()).isEqualTo("bytes=4000-");
    }

    @Test
    void shouldSayThatNobodyAnswers() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        var nobody = new NodeClient(URI.create("http://127.0.0.1:" + free));

        assertThatThrownBy(() -> nobody.runs(1))
                .isInstanceOf(NodeUnreachable.class)
                .hasMessage("no node answers at http://127.0.0.1:" + free);
    }

    @Test
    void shouldSayThatWhatAnswersIsNoNode() {
        NODE.bytes("GET /api/v1/workers", "<html>".getBytes(UTF_8));

        assertThatThrownBy(client::workersJson)
                .isInstanceOf(NodeUnreachable.class)
                .hasMessage("what answers at " + NODE.url() + " is not a Coil node");
    }
}
