package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.ops.client.Documents;
import dev.coil.ops.client.FakeNode;
import dev.coil.ops.client.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The verbs that change a run: cancel and retry. */
class OrderVerbsTest extends FakeNodeFixture {

    @Test
    void shouldCancelARunOrATask() {
        node.json("POST /api/v1/projects/my-lang/runs/17/cancel", HttpStatus.ACCEPTED, "{}");

        assertThat(console.coil("cancel", "latest").out()).isEqualTo("cancelling my-lang#17\n");
        assertThat(console.coil("cancel", "latest", "build").out()).isEqualTo("cancelling build of my-lang#17\n");

        var bodies = node.requests().stream()
                .filter(request -> request.method().equals("POST"))
                .map(FakeNode.Request::body)
                .toList();
        assertThat(bodies.get(0)).doesNotContain("task");
        assertThat(bodies.get(1)).contains("\"task\":0");
    }

    @Test
    void shouldRetry() {
        node.json("POST /api/v1/projects/my-lang/runs/17/retry", HttpStatus.ACCEPTED, "{}");

        assertThat(console.coil("retry", "latest").out())
                .isEqualTo("retrying 2 tasks of my-lang#17: build, test/linux-s390x/1\n");
        assertThat(console.coil("retry", "latest", "test").out())
                .isEqualTo("retrying 1 task of my-lang#17: test/linux-s390x/1\n");
        assertThat(console.coil("retry", "latest", "--failed", "--json").out()).isEqualTo("""
                {
                  "run": "my-lang#17",
                  "task": null,
                  "tasks": [
                    "build",
                    "test/linux-s390x/1"
                  ]
                }
                """);
    }

    @Test
    void shouldRetryAndWatchWhatRunsAgain() throws IOException {
        node.json("POST /api/v1/projects/my-lang/runs/17/retry", HttpStatus.ACCEPTED, "{}");
        // The view follows the log: at first it does not know of the retry.
        node.json("GET " + RUN, FINISHED, FINISHED, reopened(), mended());
        node.events("GET " + RUN + "/stream", retried());

        var result = console.coil("retry", "latest", "--watch");

        assertThat(result.err()).isEqualTo("""
                coil: retrying 2 tasks of my-lang#17: build, test/linux-s390x/1
                passed    build  (4.0 s, attempt 2)
                passed    test/linux-s390x/1
                """);
        assertThat(result.out()).isEqualTo("my-lang#17 passed: 2 tasks, 1 not at the first attempt, in 9.9 s\n");
        assertThat(result.code()).isZero();
    }

    /** The run as it is after a retry: one task ready again, the other one waiting for it. */
    private static String reopened() {
        return ended(Documents.run("running"), "\"ready\", \"outcome\": null", "\"waiting\", \"outcome\": null");
    }

    /** Both tasks have passed then. */
    private static String mended() {
        var passed = "\"finished\", \"outcome\": \"success\"";
        return ended(FINISHED, passed, passed)
                .replace("\"outcome\": \"failure\", \"cancelled\"", "\"outcome\": \"success\", \"cancelled\"")
                .replace("12:00:03.000Z", "12:00:10.000Z")
                .replace("\"files\": 7}]}]},", """
                        "files": 7}]},
                        {"number": 2, "worker": "build7", "incarnation": "i1",
                         "startedAt": "2026-03-01T12:00:05.000Z", "finishedAt": "2026-03-01T12:00:09.000Z",
                         "exitCode": 0, "outcome": "success", "label": null, "reason": null, "logBytes": 0,
                         "artifacts": []}]},""");
    }

    private static String ended(String run, String build, String test) {
        return run.replace("\"finished\", \"outcome\": \"failure\"", build)
                .replace(
                        "\"finished\", \"outcome\": \"skipped\", \"reason\": \"build failed\", \"kind\": \"NEED\"",
                        test + ", \"reason\": null, \"kind\": null");
    }

    private static String retried() throws IOException {
        var tasks = Json.MAPPER.readTree(mended()).path("tasks");
        return "event: snapshot\ndata: " + Documents.oneLine(reopened()) + "\n\n" + "event: change\ndata: {\"run\":"
                + Documents.oneLine(mended()) + ",\"tasks\":" + tasks + "}\n\n";
    }
}
