package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.ops.client.Documents;
import dev.coil.ops.client.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The verbs that show what a node has, and those that give it something. */
class NodeVerbsTest extends FakeNodeFixture {

    @Test
    void shouldListRuns() {
        node.json("GET /api/v1/runs?limit=50", "{\"runs\":[" + FINISHED + "]}");

        var result = console.coil("list");

        assertThat(result.out())
                .containsPattern("RUN +STATE +TASKS +COMMIT +REF +AGE +TOOK +SUBJECT\n")
                .containsPattern("my-lang#17 +failed +2/2 +5f3c2a1b9d +main +.* 2.9 s +Add tests\n");
        assertThat(result.code()).isZero();
    }

    @Test
    void shouldShowARunWithWhatWentWrongFirst() {
        var result = console.coil("show", "latest");

        assertThat(result.out()).isEqualTo("""
                my-lang#17 failed  (id 0123456789abcdef)
                commit 5f3c2a1b9d on main  Add tests
                submitted 2026-03-01T12:00:00.123Z by ada, took 2.9 s

                TASK                STATE    TOOK   WORKER  WHY
                build               failed   1.5 s  build7  exit code 2
                test/linux-s390x/1  skipped                 build failed
                """);
        assertThat(result.code()).isEqualTo(ExitCodes.TASK_FAILED);
    }

    @Test
    void shouldSumALargeRunUp() {
        node.json("GET /api/v1/runs/1a49e", large());

        assertThat(console.coil("show", "1a49e").out().replaceFirst("for .*", "for AGO"))
                .isEqualTo("""
                my-lang#18 is still running  (id 0123456789abcdef)
                submitted 2026-03-01T12:00:00Z, for AGO

                TASK   STATE    TOOK  WORKER  WHY
                cpp/7  failed                 it broke
                lib/1  running

                GROUP     TASKS  PASSED  FAILED  RUNNING  READY  WAITING  OTHER
                cpp       150    149     1
                lib       100                    1               99
                (others)  1                                               1

                251 tasks in 3 groups; 'coil show my-lang#18 NAME...' lists tasks by name or glob, --all every one
                """);
        assertThat(console.coil("show", "1a49e", "--all").out().lines()).hasSize(3 + 1 + 251);
        assertThat(console.coil("show", "1a49e", "lib/1", "cpp/14?").out().lines())
                .hasSize(3 + 1 + 1 + 10);
        assertThat(console.coil("show", "1a49e", "lib").out().lines()).hasSize(3 + 1 + 100);
        assertThat(console.coil("show", "1a49e", "libb").err())
                .isEqualTo("coil: my-lang#18 has no task 'libb'; it has cpp/0, cpp/1, cpp/2, cpp/3, cpp/4, ...\n");
    }

    /** Of 150 tasks that have ended, 100 that have not, and one that is skipped. */
    private static String large() {
        var tasks = new ArrayList<String>();
        for (int i = 0; i < 150; i++) {
            tasks.add(task(
                    i,
                    "cpp/" + i,
                    "finished",
                    i == 7 ? "\"failure\"" : "\"success\"",
                    i == 7 ? "\"it broke\"" : "null"));
        }
        for (int i = 0; i < 100; i++) {
            tasks.add(task(150 + i, "lib/" + i, i == 1 ? "running" : "waiting", "null", "null"));
        }
        tasks.add(task(250, "docs", "finished", "\"skipped\"", "null"));
        return "{\"project\": \"my-lang\", \"number\": 18, \"id\": \"0123456789abcdef\", \"state\": \"running\","
                + "\"createdAt\": \"2026-03-01T12:00:00Z\", \"tasks\": [" + String.join(",", tasks) + "]}";
    }

    private static String task(int index, String name, String state, String outcome, String reason) {
        return "{\"index\": %d, \"name\": \"%s\", \"base\": \"%s\", \"state\": \"%s\", \"outcome\": %s, \"reason\": %s}"
                .formatted(index, name, name, state, outcome, reason);
    }

    @Test
    void shouldSayWithItsExitCodeThatARunGoesOn() {
        node.json("GET /api/v1/runs/latest", Documents.run("running"));

        var result = console.coil("show", "latest");

        assertThat(result.out()).startsWith("my-lang#17 is still running, and its outcome is known: failed");
        assertThat(result.code()).isEqualTo(ExitCodes.STILL_RUNNING);
    }

    @Test
    void shouldPrintTheNodesDocumentAsJson() throws IOException {
        var result = console.coil("show", "latest", "--json");

        assertThat(Json.MAPPER.readTree(result.out())).isEqualTo(Json.MAPPER.readTree(FINISHED));
    }

    @Test
    void shouldShowHowManyAttemptsATaskTook() {
        node.json("GET " + RUN, FINISHED.replace("\"attempts\": [\n", """
                "attempts": [
                  {"number": 0, "worker": "w", "startedAt": null, "finishedAt": null, "logBytes": 0, "artifacts": []},
                """));

        assertThat(console.coil("show", "my-lang#17").out())
                .containsPattern("build +failed .* exit code 2, 2 attempts\n");
    }

    @Test
    void shouldShowThatATaskWaitsForWhatItsNeedGenerated() {
        var after = task(2, "after", "waiting", "null", "null").replace("}", ", \"needs\": [\"plan\"]}");
        var tasks = List.of(
                task(0, "plan", "finished", "\"success\"", "null"),
                task(1, "planner", "running", "null", "null"),
                after,
                task(3, "plan/a", "running", "null", "null"),
                task(4, "plan/b", "ready", "null", "null"));
        node.json(
                "GET " + RUN,
                "{\"project\": \"my-lang\", \"number\": 17, \"id\": \"0123456789abcdef\", \"state\": \"running\","
                        + "\"createdAt\": \"2026-03-01T12:00:00Z\", \"tasks\": [" + String.join(",", tasks) + "]}");

        assertThat(console.coil("show", "my-lang#17").out())
                .containsPattern("after +waiting +needs plan/a and 1 more\n")
                .containsPattern("plan/b +ready +for a worker: any\n");
    }

    @Test
    void shouldShowWhatAQueuedRunWaitsFor() {
        node.json(
                "GET " + RUN,
                Documents.run("running")
                        .replace(
                                "\"submitter\"",
                                "\"reason\": \"waits for a place in the concurrency group 'deploy'\", \"submitter\""));

        assertThat(console.coil("show", "my-lang#17").out())
                .startsWith("my-lang#17 waits for a place in the concurrency group 'deploy'")
                .contains("the run has not started");
    }

    @Test
    void shouldWatchARunAndSumItUp() {
        node.events("GET " + RUN + "/stream", events());
        node.bytes("GET " + LOG, "cc: no such\n".getBytes(UTF_8));
        node.json("GET " + LOG + "/errors", ERRORS);

        var result = console.coil("watch", "latest");

        assertThat(result.err()).isEqualTo("""
                failed    build  exit code 2  (1.5 s on build7)
                    log line 276: foo.c:12:5: error: no x
                    ... and 3 more like these
                    cc: no such
                skipped   test/linux-s390x/1  build failed
                coil: 'coil log my-lang#17 build' prints the whole log
                """);
        assertThat(result.out()).isEqualTo("""
                failed    build  exit code 2  log line 276: foo.c:12:5: error: no x
                my-lang#17 failed: 2 tasks, 1 failed, 1 skipped, in 2.9 s
                """);
        assertThat(result.code()).isEqualTo(ExitCodes.TASK_FAILED);
    }

    @Test
    void shouldWaitForANodeThatIsStarting() throws Exception {
        node.json("GET " + RUN + "/stream", HttpStatus.SERVICE_UNAVAILABLE, "{\"error\":\"the node is starting\"}");
        var watching = CompletableFuture.supplyAsync(() -> console.coil("watch", "latest"));
        await().untilAsserted(() ->
                assertThat(node.requests()).anyMatch(asked -> asked.path().endsWith("/stream")));

        node.events("GET " + RUN + "/stream", events());

        var result = watching.get(1, TimeUnit.MINUTES);
        assertThat(result.err()).startsWith("coil: the node is starting; trying again\n");
        assertThat(result.out()).contains("my-lang#17 failed");
        assertThat(result.code()).isEqualTo(1);
    }

    @Test
    void shouldWatchARunOfANodeThatNamesNoErrorLines() {
        node.events("GET " + RUN + "/stream", events());
        node.bytes("GET " + LOG, "cc: no such\n".getBytes(UTF_8));

        var result = console.coil("watch", "latest");

        assertThat(result.err()).contains("(1.5 s on build7)\n    cc: no such\nskipped");
        assertThat(result.out()).startsWith("failed    build  exit code 2\n");
    }

    @Test
    void shouldPrintEventsAsTheyCome() throws IOException {
        node.events("GET " + RUN + "/stream", events());
        node.bytes("GET " + RUN + "/tasks/0/attempts/1/log", "cc: no such\n".getBytes(UTF_8));

        var lines =
                console.coil("watch", "latest", "--json-lines").out().lines().toList();

        assertThat(lines).hasSize(3);
        assertThat(lines.get(2)).isEqualTo("{\"event\":\"end\"}");
        var snapshot = Json.MAPPER.readTree(lines.get(0));
        assertThat(snapshot.path("event").asText()).isEqualTo("snapshot");
        assertThat(snapshot.path("run").path("tasks")).hasSize(2);
        var change = Json.MAPPER.readTree(lines.get(1));
        assertThat(change.path("event").asText()).isEqualTo("change");
        assertThat(change.path("run").path("state").asText()).isEqualTo("finished");
        assertThat(change.path("tasks").isArray()).isTrue();
    }

    @Test
    void shouldSayWhyATaskWaits() {
        node.json("GET " + RUN + "/tasks/0/why", """
                {"task": "build", "state": "ready", "reasons": [
                  {"kind": "busy", "text": "the one worker that could take it is busy: build7 (1 of 1)"},
                  {"kind": "line", "text": "2 tasks come before it"}], "ahead": 2, "startsInMillis": 118000}""");
        node.json(
                "GET " + RUN + "/tasks/1/why",
                "{\"task\": \"t\", \"state\": \"running\", \"reasons\": [], \"ahead\": 0, \"startsInMillis\": null}");

        assertThat(console.coil("why", "latest", "build")).isEqualTo(new Console.Result(0, """
                        build of my-lang#17 is ready:
                          the one worker that could take it is busy: build7 (1 of 1)
                          2 tasks come before it
                          it will start in about 1 min 58 s
                        """, ""));
        assertThat(console.coil("why", "latest", "test").out())
                .isEqualTo("test/linux-s390x/1 of my-lang#17 does not wait: it is running\n");
        assertThat(console.coil("why", "latest", "build", "--json").out()).contains("\"kind\": \"busy\"");
    }

    @Test
    void shouldSayThatARunGoesBeforeATask() throws IOException {
        Files.writeString(temporary.resolve(".coil.yml"), "name: my-lang\ntasks: {test: {run: make}}\n");
        node.json("GET /api/v1/runs?project=test&limit=1", "{\"runs\": []}");

        assertThat(console.coil("show", "test/1"))
                .isEqualTo(
                        new Console.Result(
                                ExitCodes.USAGE,
                                "",
                                "coil: project test has no runs; if test/1 is a task, name its run before it: latest test/1\n"));
        assertThat(console.coil("show", "my-lang/17").out()).startsWith("my-lang#17 failed");
    }

    @Test
    void shouldSayHowATaskEndedThatDoesNotWait() {
        for (int task : List.of(0, 1)) {
            node.json(
                    "GET " + RUN + "/tasks/" + task + "/why",
                    "{\"task\": \"t\", \"state\": \"finished\", \"reasons\": [], \"ahead\": 0, \"startsInMillis\": null}");
        }

        assertThat(console.coil("why", "latest", "build").out())
                .isEqualTo("build of my-lang#17 does not wait: it failed: exit code 2\n");
        assertThat(console.coil("why", "latest", "test").out())
                .isEqualTo("test/linux-s390x/1 of my-lang#17 does not wait: it was skipped: build failed\n");
    }

    @Test
    void shouldSayWhetherItIsKnownWhenATaskStarts() {
        assertThat(lastLineOfWhy("needs", "61000")).isEqualTo("what it needs will have ended in about 1 min 01 s");
        assertThat(lastLineOfWhy("needs", "null")).isEqualTo("when it will start is not known");
        assertThat(lastLineOfWhy("any-moment", "0")).isEqualTo("it will start in a moment");
    }

    private String lastLineOfWhy(String kind, String millis) {
        node.json(
                "GET " + RUN + "/tasks/0/why",
                "{\"task\": \"build\", \"state\": \"ready\", \"reasons\": [{\"kind\": \"" + kind
                        + "\", \"text\": \"it waits\"}], \"ahead\": 0, \"startsInMillis\": " + millis + "}");
        var lines = console.coil("why", "latest", "build").out().lines().toList();
        return lines.get(lines.size() - 1).strip();
    }

    @Test
    void shouldShowWhyTasksWaitAsTheNodeSaysIt() {
        node.json("GET /api/v1/runs/09e0", """
                {"project": "my-lang", "number": 18, "id": "0123456789abcdef", "state": "running",
                 "createdAt": "2026-03-01T12:00:00.000Z", "counts": {"ready": 1, "waiting": 2, "total": 3}, "tasks": [
                  {"index": 0, "name": "build", "base": "build", "state": "ready", "requirement": "os=linux"},
                  {"index": 1, "name": "test", "base": "test", "state": "waiting", "needs": ["build"]},
                  {"index": 2, "name": "lint", "base": "lint", "state": "ready", "requirement": "os=linux"}]}""");
        node.json("GET /api/v1/runs/my-lang%2318/tasks/0/why", """
                {"task": "build", "state": "ready", "ahead": 0, "startsInMillis": 118000, "reasons": [
                  {"kind": "busy", "text": "the one worker that could take it is busy: build7 (1 of 1)"}]}""");
        node.json("GET /api/v1/runs/my-lang%2318/tasks/1/why", """
                {"task": "test", "state": "waiting", "ahead": 0, "startsInMillis": 120000, "reasons": [
                  {"kind": "needs", "text": "it needs build (ready) to end first"}]}""");

        assertThat(console.coil("show", "09e0").out())
                .contains("the one worker that could take it is busy: build7 (1 of 1), in about 1 min 58 s\n")
                .contains("needs build, in about 2 min 00 s\n")
                .as("the node does not answer for 'lint'")
                .contains("for a worker: os=linux\n");
    }

    @Test
    void shouldTellWhatANodeRefuses() {
        node.json(
                "POST /api/v1/projects/my-lang/runs/17/retry",
                HttpStatus.CONFLICT,
                "{\"error\":\"my-lang#17 is still running\"}");
        node.json("GET /api/v1/runs/abcd", HttpStatus.FORBIDDEN, "{\"error\":\"this is not for you\"}");
        node.json("GET /api/v1/workers", HttpStatus.SERVICE_UNAVAILABLE, "{\"error\":\"Kafka is away\"}");

        assertThat(console.coil("retry", "latest"))
                .isEqualTo(new Console.Result(ExitCodes.USAGE, "", "coil: my-lang#17 is still running\n"));
        assertThat(console.coil("show", "abcd"))
                .isEqualTo(new Console.Result(ExitCodes.NOT_ALLOWED, "", "coil: this is not for you\n"));
        assertThat(console.coil("log", "test/perl"))
                .satisfies(result -> assertThat(result.code()).isEqualTo(ExitCodes.USAGE))
                .satisfies(result -> assertThat(result.err())
                        .contains("'test/perl' names no run", "name its run before it: latest test/perl"));
        assertThat(console.coil("workers")).isEqualTo(new Console.Result(ExitCodes.ERROR, "", "coil: Kafka is away\n"));
    }

    @Test
    void shouldListWorkers() {
        node.json("GET /api/v1/workers", """
                {"workers": [{"name": "build7", "worker": "w", "incarnation": "i", "slots": 4, "version": "1",
                  "attributes": {"facts": {"os": "linux", "arch": "s390x"}, "labels": ["kvm", "quiet"]},
                  "startedAt": "2026-03-01T12:00:00.000Z", "draining": true,
                  "running": [{"project": "p", "run": 3, "task": 0, "name": "t", "attempt": 1,
                               "since": "2026-03-01T12:00:00.000Z"}]}]}""");

        assertThat(console.coil("workers").out()).isEqualTo("""
                WORKER             OS     ARCH   SLOTS  LABELS     RUNS
                build7 (draining)  linux  s390x  1/4    kvm,quiet  p#3 t
                """);
    }

    @Test
    void shouldSubmitAGraph() throws IOException {
        Files.writeString(temporary.resolve(".coil.yml"), "name: p\ntasks: {t: {run: 'true', checkout: false}}\n");
        node.json(
                "POST /api/v1/runs",
                HttpStatus.CREATED,
                "{\"project\":\"p\",\"number\":1,\"id\":\"a\",\"tasks\":1,\"warnings\":[]}");
        node.json("GET /api/v1/runs/p%231/tasks/0", "{}");
        node.json("GET /api/v1/node", "{}");

        var result = console.coil("submit", "--event", "push");

        assertThat(result.out()).isEqualTo("p#1\n");
        assertThat(result.err()).isEqualTo("coil: 1 task, shown at " + node.url() + "/runs/p/1\n");
        var body = Json.MAPPER.readTree(node.requests().get(1).body());
        assertThat(body.path("id").asText()).matches("[0-9a-f]{16}");
        assertThat(body.path("source").toString()).isEqualTo("{\"event\":\"push\"}");
        assertThat(body.path("skipUnmatched").asBoolean()).isFalse();
    }

    @Test
    void shouldSayWhatIsWrongWithTheGraphBeforeAnythingIsSent() throws IOException {
        Files.writeString(temporary.resolve(".coil.yml"), "tasks: {t: {rnu: x}}\n");

        var result = console.coil("submit");

        assertThat(result.err()).contains(".coil.yml:1:13: unknown key 'rnu'");
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(node.requests()).isEmpty();
    }

    @Test
    void shouldSayHowToGetANodeWhereNoneAnswers() throws IOException {
        int free;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }

        var result = console.with("COIL_URL", "http://127.0.0.1:" + free).coil("list");

        assertThat(result.err())
                .isEqualTo("coil: no node answers at http://127.0.0.1:" + free
                        + "; $COIL_URL points there; 'coil up' starts a node on this machine\n");
        assertThat(result.code()).isEqualTo(ExitCodes.ERROR);

        var failed = Files.createDirectories(temporary.resolve("home/logs/failed"));

        assertThat(console.with("COIL_URL", "http://127.0.0.1:" + free)
                        .coil("log", "latest")
                        .err())
                .endsWith("; what failed in a 'coil run' without a node has its log in " + failed + "\n");
    }

    @Test
    void shouldSayThatAUrlIsNone() {
        assertThat(console.with("COIL_URL", "localhost:8080").coil("list"))
                .isEqualTo(new Console.Result(
                        ExitCodes.USAGE,
                        "",
                        "coil: $COIL_URL is 'localhost:8080': expected something like http://127.0.0.1:8080\n"));
    }

    private static String events() {
        return "event: snapshot\ndata: " + Documents.oneLine(Documents.run("running")) + "\n\n"
                + "event: change\ndata: {\"run\":" + Documents.oneLine(FINISHED) + ",\"tasks\":[]}\n\n";
    }
}
