package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.ops.client.Documents;
import dev.coil.ops.client.FakeNode;
import dev.coil.ops.client.Json;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The verbs that give orders: cancel and retry, pause and drain. */
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
    void shouldCancelAllRunsOfARef() throws IOException {
        node.json(
                "POST /api/v1/projects/my-lang/cancel",
                HttpStatus.ACCEPTED,
                "{\"project\": \"my-lang\", \"runs\": [16, 17]}");

        assertThat(console.coil("cancel", "--ref", "main", "--project", "my-lang")
                        .out())
                .isEqualTo("cancelling my-lang#16\ncancelling my-lang#17\n");
        assertThat(console.coil("cancel", "--ref", "main", "--project", "my-lang", "--json")
                        .out())
                .isEqualTo("""
                {
                  "project": "my-lang",
                  "ref": "main",
                  "runs": [
                    "my-lang#16",
                    "my-lang#17"
                  ]
                }
                """);

        assertThat(Json.MAPPER
                        .readTree(node.requests().get(0).body())
                        .path("ref")
                        .asText())
                .isEqualTo("main");
    }

    @Test
    void shouldSayThatNothingOnARefIsGoingOn() {
        node.json(
                "POST /api/v1/projects/my-lang/cancel",
                HttpStatus.ACCEPTED,
                "{\"project\": \"my-lang\", \"runs\": []}");

        assertThat(console.coil("cancel", "--ref", "main", "--project", "my-lang"))
                .isEqualTo(new Console.Result(ExitCodes.OK, "", "coil: no run of my-lang on main is going on\n"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    cancel latest --ref main            | RUN and --ref exclude each other
                    cancel latest --project p           | --project goes with --ref; a run is named as project#17
                    cancel --ref main                   | there is no project here: name one with --project
                    pause                               | name what is meant: 'arch=s390x os=linux', or --project NAME
                    pause jo                            | 'jo' says nothing of a machine, as arch=s390x does (a project is named with --project jo)
                    pause arch=s390x --project p        | a requirement and --project exclude each other
                    resume                              | name what is meant: 'arch=s390x os=linux', or --project NAME
                    """)
    void shouldAskWhatIsMeant(String line, String message) {
        assertThat(console.coil(line.split(" ")))
                .isEqualTo(new Console.Result(ExitCodes.USAGE, "", "coil: " + message + "\n"));
    }

    @Test
    void shouldPauseAndResume() throws IOException {
        var machines = "{\"kind\": \"requirement\", \"name\": \"arch=aarch64 os=linux\"}";
        node.json("POST /api/v1/pauses", HttpStatus.ACCEPTED, machines)
                .json("POST /api/v1/pauses/resume", HttpStatus.ACCEPTED, machines);

        assertThat(console.coil("pause", "arch=arm64 os=linux", "--reason", "new disk")
                        .out())
                .isEqualTo("paused arch=aarch64 os=linux: nothing new of it is started\n");
        assertThat(console.coil("resume", "arch=arm64", "os=linux").out()).isEqualTo("resumed arch=aarch64 os=linux\n");

        var asked = Json.MAPPER.readTree(node.requests().get(0).body());
        assertThat(asked.path("requirement").asText()).isEqualTo("arch=arm64 os=linux");
        assertThat(asked.path("reason").asText()).isEqualTo("new disk");
        assertThat(asked.path("by").asText()).isEqualTo(System.getProperty("user.name"));
        assertThat(Json.MAPPER.readTree(node.requests().get(1).body()).path("requirement"))
                .isEqualTo(asked.path("requirement"));
    }

    @Test
    void shouldPauseAProject() {
        node.json("POST /api/v1/pauses", HttpStatus.ACCEPTED, "{\"kind\": \"project\", \"name\": \"p\"}")
                .json("GET /api/v1/runs?project=p&limit=1", "{\"runs\": [{}]}")
                .json("GET /api/v1/runs?project=typo&limit=1", "{\"runs\": []}");

        assertThat(console.coil("pause", "--project", "p"))
                .isEqualTo(new Console.Result(ExitCodes.OK, "paused project p: nothing new of it is started\n", ""));
        assertThat(console.coil("pause", "--project", "typo").err())
                .isEqualTo("coil: no run of a project 'typo' is known yet: it is those to come that will wait"
                        + " (coil resume --project typo takes it back)\n");
        assertThat(node.requests().get(0).body()).contains("\"project\":\"p\"");
    }

    @Test
    void shouldListWhatIsPaused() {
        node.json("GET /api/v1/pauses", "{\"pauses\": []}");
        assertThat(console.coil("pauses").err()).isEqualTo("coil: nothing is paused\n");
        node.json("GET /api/v1/pauses", """
                {"pauses": [
                  {"kind": "requirement", "name": "arch=s390x", "reason": "new disk", "by": "ann", "since": "2026-03-01T12:00:00.000Z"},
                  {"kind": "worker", "name": "build7", "reason": "", "by": "bob", "since": "2026-03-01T12:05:59.000Z"},
                  {"kind": "worker", "name": "build8", "reason": "lies", "by": "coil", "since": "2026-03-01T12:05:59.000Z",
                   "until": "2026-03-01T12:15:59.000Z", "quarantine": true}]}""");

        assertThat(console.coil("pauses").out()).isEqualTo("""
                PAUSED                      BY    SINCE                 UNTIL                 REASON
                arch=s390x                  ann   2026-03-01 12:00 UTC                        new disk
                worker build7               bob   2026-03-01 12:05 UTC
                worker build8 (quarantine)  coil  2026-03-01 12:05 UTC  2026-03-01 12:15 UTC  lies
                """);
    }

    @Test
    void shouldDrainAWorkerAndSayWhatItStillRuns() {
        node.json("POST /api/v1/pauses", HttpStatus.ACCEPTED, "{\"kind\": \"worker\", \"name\": \"build7\"}")
                .json(
                        "POST /api/v1/pauses/resume",
                        HttpStatus.ACCEPTED,
                        "{\"kind\": \"worker\", \"name\": \"build7\"}");
        node.json("GET /api/v1/workers", """
                {"workers": [{"name": "build7", "worker": "w", "incarnation": "i", "slots": 4, "version": "1",
                  "attributes": {"facts": {"os": "linux"}, "labels": []}, "startedAt": "2026-03-01T12:00:00.000Z",
                  "draining": true, "drained": {"kind": "worker", "name": "build7", "reason": "new disk", "by": "ann",
                    "since": "2026-03-01T12:00:00.000Z"},
                  "running": [{"project": "p", "run": 3, "task": 0, "name": "t", "attempt": 1,
                               "since": "2026-03-01T12:00:00.000Z"}]}]}""");

        assertThat(console.coil("worker", "drain", "build7", "--reason", "new disk")
                        .out())
                .isEqualTo("draining build7: it takes nothing new; the 1 task it runs goes on\n");
        assertThat(console.coil("workers").out()).contains("build7 (drained by ann: new disk)");
        assertThat(console.coil("worker", "resume", "build7").out()).isEqualTo("resumed worker build7\n");
        var absent = console.coil("worker", "drain", "biuld7");
        assertThat(absent.code()).isZero();
        assertThat(absent.err())
                .isEqualTo("coil: warning: no worker of that name is present; one that comes will take nothing\n");
    }

    @Test
    void shouldQuarantineAWorkerForAWhile() {
        node.json("POST /api/v1/pauses", HttpStatus.ACCEPTED, "{\"kind\": \"worker\", \"name\": \"build7\"}");
        node.json("GET /api/v1/workers", "{\"workers\": []}");

        var result = console.coil("worker", "quarantine", "build7", "--for", "2h", "--reason", "lies");

        assertThat(result.out())
                .isEqualTo("quarantined build7 for 2h: it takes nothing new, and what it runs goes to others\n");
        assertThat(result.err()).contains("no worker of that name is present");
        assertThat(node.requests())
                .filteredOn(request -> request.path().equals("/api/v1/pauses"))
                .singleElement()
                .satisfies(request -> assertThat(request.body())
                        .contains("\"worker\":\"build7\"", "\"seconds\":7200", "\"quarantine\":true"));
        var wrong = console.coil("worker", "drain", "build7", "--for", "0m");
        assertThat(wrong.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(wrong.err()).contains("--for is '0m': expected more than nothing");
    }

    @Test
    void shouldLetAWorkerInByItsName() {
        node.json("POST /api/v1/access/tokens", HttpStatus.CREATED, """
                {"token": "coil_token_1234", "expiresAt": "2026-03-02T12:00:00.000Z"}""");

        var result = console.coil("worker", "add", "pi4", "--label", "quiet", "--fact", "arch=arm64");

        assertThat(result.out()).isEqualTo("coil_token_1234\n");
        assertThat(result.err())
                .contains("/worker.sh | sh -s -- --url", " --name pi4 --label quiet", "COIL_TOKEN=… coil worker run");
        assertThat(node.requests().get(0).body())
                .contains("\"role\":\"worker\"", "\"name\":\"pi4\"", "\"arch\":\"arm64\"", "\"labels\":[\"quiet\"]");
    }

    @Test
    void shouldRemoveWhatThereIsOfAWorker() {
        node.json("GET /api/v1/access/keys", """
                {"keys": [{"id": "k1", "role": "worker", "name": "pi4"}, {"id": "k2", "role": "operator", "name": "pi4"},
                          {"id": "k3", "role": "worker", "name": "pi5"}]}""")
                .json(
                        "GET /api/v1/access/tokens",
                        "{\"tokens\": [{\"id\": \"t1\", \"role\": \"worker\", \"name\": \"pi4\"}]}")
                .json("DELETE /api/v1/access/keys/k1", "{}")
                .json("DELETE /api/v1/access/tokens/t1", "{}")
                .json("POST /api/v1/pauses/resume", HttpStatus.ACCEPTED, "{\"kind\": \"worker\", \"name\": \"pi4\"}")
                .json("GET /api/v1/workers", "{\"workers\": []}")
                .json("GET /api/v1/pauses", """
                {"pauses": [{"kind": "worker", "name": "pi4", "reason": "", "by": "bob", "since": "2026-03-01T12:05:59.000Z"}]}""");

        var removed = console.coil("worker", "rm", "pi4");
        assertThat(removed.out())
                .isEqualTo("removed of worker pi4: token t1, key k1, the order that it take nothing\n");
        var nobody = console.coil("worker", "rm", "pi6");
        assertThat(nobody.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(nobody.err()).contains("there is nothing of a worker 'pi6'");
    }

    @Test
    void shouldNotRemoveAWorkerThatCameInWithoutAKey() {
        node.json("GET /api/v1/access/keys", "{\"keys\": []}").json("GET /api/v1/access/tokens", "{\"tokens\": []}");
        node.json("GET /api/v1/workers", """
                {"workers": [{"name": "pi4", "worker": "w", "incarnation": "i", "slots": 4, "version": "1",
                  "attributes": {"facts": {"os": "linux", "arch": "aarch64"}, "labels": []},
                  "startedAt": "2026-03-01T12:00:00.000Z", "draining": true,
                  "unfit": "has a disk that is nearly full", "running": []}]}""");

        assertThat(console.coil("worker", "ls").out()).contains("pi4 (has a disk that is nearly full)");
        assertThat(console.coil("worker", "show", "pi4").out())
                .contains("takes nothing, as it has a disk that is nearly full");
        var refused = console.coil("worker", "rm", "pi4");
        assertThat(refused.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(refused.err()).contains("worker 'pi4' has no key that could be removed", "coil worker drain pi4");
    }

    @Test
    void shouldRetry() {
        node.json("POST /api/v1/projects/my-lang/runs/17/retry", HttpStatus.ACCEPTED, "{}");

        assertThat(console.coil("retry", "latest").out())
                .isEqualTo("retrying 2 tasks of my-lang#17: build, test/linux-s390x/1\n");
        var alone = console.coil("retry", "latest", "test");
        assertThat(alone.out()).isEqualTo("retrying 1 task of my-lang#17: test/linux-s390x/1\n");
        assertThat(alone.err())
                .contains("test/linux-s390x/1 needs build, which failed: 'coil retry my-lang#17 build' takes it along");
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
                coil: it is commit 5f3c2a1b9d again; 'coil submit' runs what was committed since
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
