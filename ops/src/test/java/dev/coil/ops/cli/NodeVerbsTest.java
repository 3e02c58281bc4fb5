package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpStatus;
import dev.coil.ops.client.Documents;
import dev.coil.ops.client.FakeNode;
import dev.coil.ops.client.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The verbs that ask a NODE. */
class NodeVerbsTest {

    private static final String RUN = "/api/v1/runs/my-lang%2317";
    private static final String LOG = RUN + "/tasks/0/attempts/1/log";
    private static final String ERRORS = """
            {"lines": [{"line": 276, "stream": "err", "text": "foo.c:12:5: error: no x"}], "more": 3}""";
    private static final String FINISHED = Documents.run("finished");

    @TempDir
    private Path temporary;

    private static final FakeNode NODE = new FakeNode();
    private Console console;

    @BeforeEach
    void open() {
        console = new Console(temporary, temporary.resolve("home")).with("COIL_URL", NODE.url());
        NODE.json("GET /api/v1/runs/latest", FINISHED).json("GET " + RUN, FINISHED);
    }

    @AfterEach
    void reset() {
        NODE.reset();
    }

    @AfterAll
    static void stop() {
        NODE.close();
    }

    @Test
    void shouldListRuns() {
        NODE.json("GET /api/v1/runs?limit=50", "{\"runs\":[" + FINISHED + "]}");

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
    void shouldShowWhatTheLogOfAFailedTaskSays() {
        NODE.json("GET " + LOG + "/errors", ERRORS);

        assertThat(console.coil("show", "latest").out()).contains("""
                build               failed   1.5 s  build7  exit code 2
                    line 276: foo.c:12:5: error: no x
                test/linux-s390x/1  skipped                 build failed
                """);
    }

    @Test
    void shouldPrintTheErrorLinesOfALog() {
        NODE.json("GET " + LOG + "/errors", ERRORS);

        assertThat(console.coil("log", "latest", "build", "--errors"))
                .isEqualTo(new Console.Result(0, "276: foo.c:12:5: error: no x\n", "coil: and 3 more like these\n"));
        assertThat(console.coil("log", "latest", "build", "--errors", "--json").out())
                .isEqualTo("{\"line\":276,\"stream\":\"err\",\"text\":\"foo.c:12:5: error: no x\"}\n");
        assertThat(console.coil("log", "latest", "build", "--errors", "-f").code())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void shouldSayThatALogHasNoErrorLines() {
        assertThat(console.coil("log", "latest", "build", "--errors"))
                .isEqualTo(new Console.Result(
                        0,
                        "",
                        "coil: no line in the log of build is recognised as an error;"
                                + " 'coil log my-lang#17 build' prints all of it\n"));
    }

    @Test
    void shouldTakeANumberForARunOfTheProjectWhereOneIs() throws IOException {
        NODE.json("GET /api/v1/runs/%2317", FINISHED)
                .json("GET /api/v1/runs?project=my-lang&limit=1", "{\"runs\":[" + FINISHED + "]}")
                .json("GET /api/v1/runs?project=stranger&limit=1", "{\"runs\":[]}");

        assertThat(console.coil("log", "17", "build", "--errors").code()).isZero();
        assertThat(NODE.requests().get(0).path()).isEqualTo("/api/v1/runs/%2317");

        Files.writeString(temporary.resolve(".coil.yml"), "name: stranger\ntasks: {t: {run: x}}\n");
        assertThat(console.coil("log", "17", "build", "--errors").code()).isZero();
        assertThat(asked()).doesNotContain(RUN);

        Files.writeString(temporary.resolve(".coil.yml"), "name: my-lang\ntasks: {t: {run: x}}\n");
        assertThat(console.coil("log", "17", "build", "--errors").code()).isZero();
        assertThat(asked()).contains(RUN);
    }

    @Test
    void shouldTakeASlashForANumberSign() {
        assertThat(console.coil("log", "my-lang/17", "build", "--errors").code())
                .isZero();
        assertThat(asked()).contains(RUN);
    }

    @Test
    void shouldTakeManyDigitsForAnIdWhereThereIsNoSuchRun() {
        NODE.json("GET /api/v1/runs/0123", FINISHED);

        assertThat(console.coil("show", "0123").out()).startsWith("my-lang#17 failed");

        NODE.json("GET /api/v1/runs/%230123/tasks/0", "{}");
        NODE.json("GET /api/v1/runs/%230123", FINISHED.replace("17", "123"));
        assertThat(console.coil("show", "0123").out()).startsWith("my-lang#123 failed");
    }

    private static List<String> asked() {
        return NODE.requests().stream().map(FakeNode.Request::path).toList();
    }

    @Test
    void shouldSumALargeRunUp() {
        NODE.json("GET /api/v1/runs/large", large());

        assertThat(console.coil("show", "large").out().replaceFirst("for .*", "for AGO"))
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
        assertThat(console.coil("show", "large", "--all").out().lines()).hasSize(3 + 1 + 251);
        assertThat(console.coil("show", "large", "lib/1", "cpp/14?").out().lines())
                .hasSize(3 + 1 + 1 + 10);
        assertThat(console.coil("show", "large", "libb").err())
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
        NODE.json("GET /api/v1/runs/latest", Documents.run("running"));

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
        NODE.json("GET " + RUN, FINISHED.replace("\"attempts\": [\n", """
                "attempts": [
                  {"number": 0, "worker": "w", "startedAt": null, "finishedAt": null, "logBytes": 0, "artifacts": []},
                """));

        assertThat(console.coil("show", "my-lang#17").out())
                .containsPattern("build +failed .* exit code 2, 2 attempts\n");
    }

    @Test
    void shouldShowWhatAQueuedRunWaitsFor() {
        NODE.json(
                "GET " + RUN,
                Documents.run("queued")
                        .replace(
                                "\"queued\"",
                                "\"queued\", \"reason\": \"waits for a place in the concurrency group 'deploy'\""));

        assertThat(console.coil("show", "my-lang#17").out())
                .startsWith("my-lang#17 waits for a place in the concurrency group 'deploy'")
                .contains("the run has not started");
    }

    @Test
    void shouldWatchARunAndSumItUp() {
        NODE.events("GET " + RUN + "/stream", events());
        NODE.bytes("GET " + LOG, "cc: no such\n".getBytes(UTF_8));
        NODE.json("GET " + LOG + "/errors", ERRORS);

        var result = console.coil("watch", "latest");

        assertThat(result.err()).isEqualTo("""
                failed    build  exit code 2  (1.5 s on build7)
                    line 276: foo.c:12:5: error: no x
                    ... and 3 more like these
                    cc: no such
                skipped   test/linux-s390x/1  build failed
                coil: 'coil log my-lang#17 build' prints the whole log
                """);
        assertThat(result.out()).isEqualTo("""
                failed    build  exit code 2  line 276: foo.c:12:5: error: no x
                my-lang#17 failed: 2 tasks, 1 failed, 1 skipped, in 2.9 s
                """);
        assertThat(result.code()).isEqualTo(ExitCodes.TASK_FAILED);
    }

    @Test
    void shouldWatchARunOfANodeThatNamesNoErrorLines() {
        NODE.events("GET " + RUN + "/stream", events());
        NODE.bytes("GET " + LOG, "cc: no such\n".getBytes(UTF_8));

        var result = console.coil("watch", "latest");

        assertThat(result.err()).contains("(1.5 s on build7)\n    cc: no such\nskipped");
        assertThat(result.out()).startsWith("failed    build  exit code 2\n");
    }

    @Test
    void shouldPrintEventsAsTheyCome() throws IOException {
        NODE.events("GET " + RUN + "/stream", events());
        NODE.bytes("GET " + RUN + "/tasks/0/attempts/1/log", "cc: no such\n".getBytes(UTF_8));

        var lines =
                console.coil("watch", "latest", "--json-lines").out().lines().toList();

        assertThat(lines).hasSize(2);
        var snapshot = Json.MAPPER.readTree(lines.get(0));
        assertThat(snapshot.path("event").asText()).isEqualTo("snapshot");
        assertThat(snapshot.path("run").path("tasks")).hasSize(2);
        var change = Json.MAPPER.readTree(lines.get(1));
        assertThat(change.path("event").asText()).isEqualTo("change");
        assertThat(change.path("run").path("state").asText()).isEqualTo("finished");
        assertThat(change.path("tasks").isArray()).isTrue();
    }

    @Test
    void shouldPrintALogByteForByte() {
        NODE.bytes("GET " + RUN + "/tasks/0/attempts/1/log", new byte[] {'a', '\n', 'b'});

        var result = console.coil("log", "latest", "bui");

        assertThat(result).isEqualTo(new Console.Result(0, "a\nb", ""));
    }

    @Test
    void shouldPrintTheLogOfTheOnlyTaskThatFailedWhereNoneIsNamed() {
        NODE.bytes("GET " + RUN + "/tasks/0/attempts/1/log", new byte[] {'a', '\n', 'b'});
        assertThat(console.coil("log", "latest")).isEqualTo(new Console.Result(0, "a\nb", ""));

        NODE.json("GET /api/v1/runs/latest", FINISHED.replace("\"failure\"", "\"success\""));
        assertThat(console.coil("log", "latest").err())
                .isEqualTo("coil: the task is missing: my-lang#17 has 2 tasks: build, test/linux-s390x/1\n");
    }

    @Test
    void shouldSayWhyATaskWaits() {
        NODE.json("GET " + RUN + "/tasks/0/why", """
                {"task": "build", "state": "ready", "reasons": [
                  {"kind": "busy", "text": "the one worker that could take it is busy: build7 (1 of 1)"},
                  {"kind": "line", "text": "2 tasks come before it"}], "ahead": 2, "startsInMillis": 118000}""");
        NODE.json(
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
    void shouldSayWhichTaskWasMeant() {
        assertThat(console.coil("log", "latest", "biuld").err())
                .isEqualTo("coil: my-lang#17 has no task 'biuld'; did you mean 'build'?\n");
        assertThat(console.coil("log", "latest", "*").err())
                .isEqualTo("coil: '*' could be any of 2 tasks of my-lang#17: build, test/linux-s390x/1\n");
        assertThat(console.coil("log", "latest", "nothing").err())
                .isEqualTo("coil: my-lang#17 has no task 'nothing'; it has build, test/linux-s390x/1\n");
    }

    @Test
    void shouldSayWhyThereIsNoLog() {
        assertThat(console.coil("log", "latest", "test").err())
                .isEqualTo("coil: test/linux-s390x/1 was not run: build failed\n");
        assertThat(console.coil("log", "latest", "build", "--attempt", "3").err())
                .isEqualTo("coil: build has no attempt 3: it has had 1\n");
    }

    @Test
    void shouldCancelARunOrATask() {
        NODE.json("POST /api/v1/projects/my-lang/runs/17/cancel", HttpStatus.ACCEPTED, "{}");

        assertThat(console.coil("cancel", "latest").out()).isEqualTo("cancelling my-lang#17\n");
        assertThat(console.coil("cancel", "latest", "build").out()).isEqualTo("cancelling build of my-lang#17\n");

        var bodies = NODE.requests().stream()
                .filter(request -> request.method().equals("POST"))
                .map(FakeNode.Request::body)
                .toList();
        assertThat(bodies.get(0)).doesNotContain("task");
        assertThat(bodies.get(1)).contains("\"task\":0");
    }

    @Test
    void shouldRetry() {
        NODE.json("POST /api/v1/projects/my-lang/runs/17/retry", HttpStatus.ACCEPTED, "{}");

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
        NODE.json("POST /api/v1/projects/my-lang/runs/17/retry", HttpStatus.ACCEPTED, "{}");
        // The view follows the log: at first it does not know of the retry.
        NODE.json("GET " + RUN, FINISHED, FINISHED, reopened(), mended());
        NODE.events("GET " + RUN + "/stream", retried());

        var result = console.coil("retry", "latest", "--watch");

        assertThat(result.err()).isEqualTo("""
                coil: retrying 2 tasks of my-lang#17: build, test/linux-s390x/1
                passed    build  (4.0 s, attempt 2)
                passed    test/linux-s390x/1
                """);
        assertThat(result.out()).isEqualTo("my-lang#17 passed: 2 tasks, in 9.9 s\n");
        assertThat(result.code()).isZero();
    }

    @Test
    void shouldTellWhatANodeRefuses() {
        NODE.json(
                "POST /api/v1/projects/my-lang/runs/17/retry",
                HttpStatus.CONFLICT,
                "{\"error\":\"my-lang#17 is still running\"}");
        NODE.json("GET /api/v1/runs/x", HttpStatus.FORBIDDEN, "{\"error\":\"this is not for you\"}");
        NODE.json("GET /api/v1/workers", HttpStatus.SERVICE_UNAVAILABLE, "{\"error\":\"Kafka is away\"}");

        assertThat(console.coil("retry", "latest"))
                .isEqualTo(new Console.Result(ExitCodes.USAGE, "", "coil: my-lang#17 is still running\n"));
        assertThat(console.coil("show", "x"))
                .isEqualTo(new Console.Result(ExitCodes.NOT_ALLOWED, "", "coil: this is not for you\n"));
        assertThat(console.coil("workers")).isEqualTo(new Console.Result(ExitCodes.ERROR, "", "coil: Kafka is away\n"));
    }

    @Test
    void shouldListWorkers() {
        NODE.json("GET /api/v1/workers", """
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
    void shouldListArtifacts() {
        assertThat(console.coil("artifact", "ls", "latest").out()).isEqualTo("""
                TASK   ARTIFACT  FILES  BYTES  SHA256
                build  dist      7      1234   ab12
                """);
    }

    @Test
    void shouldUnpackAnArtifact() throws IOException {
        serve(archive("bin/tool", "#!/bin/sh\n"));

        var result = console.coil("artifact", "get", "latest", "build", "dist", "-o", "out");

        assertThat(result.err()).isEqualTo("coil: 7 files in " + temporary.resolve("out") + "\n");
        assertThat(temporary.resolve("out/bin/tool")).hasContent("#!/bin/sh\n").isExecutable();
        try (var left = Files.list(temporary.resolve("out"))) {
            assertThat(left).hasSize(1);
        }
    }

    @Test
    void shouldTakeTheOnlyArtifactOfATask() throws IOException {
        serve(archive("f", "x"));

        assertThat(console.coil("artifact", "get", "latest", "build", "-o", "out")
                        .code())
                .isZero();
        assertThat(temporary.resolve("out/f")).hasContent("x");
    }

    @Test
    void shouldAskWhichOfSeveralArtifactsIsMeant() {
        NODE.json(
                "GET /api/v1/runs/latest",
                FINISHED.replace("\"artifacts\": [{", "\"artifacts\": [{\"name\": \"log\"}, {"));

        assertThat(console.coil("artifact", "get", "latest", "build"))
                .isEqualTo(
                        new Console.Result(ExitCodes.USAGE, "", "coil: build has 2 artifacts, say which: log, dist\n"));
        assertThat(console.coil("artifact", "get", "latest", "test").err())
                .isEqualTo("coil: test/linux-s390x/1 has no artifacts\n");
    }

    @Test
    void shouldPrintASingleFile() throws IOException {
        serve(archive("deep/f", "as it is"), 1);

        assertThat(console.coil("artifact", "get", "latest", "build", "-o", "-"))
                .isEqualTo(new Console.Result(0, "as it is", ""));
        try (var left = Files.list(temporary)) {
            assertThat(left.filter(file -> !file.endsWith("home"))).isEmpty();
        }
    }

    @Test
    void shouldNotPrintSeveralFiles() {
        assertThat(console.coil("artifact", "get", "latest", "build", "-o", "-"))
                .isEqualTo(new Console.Result(
                        ExitCodes.USAGE,
                        "",
                        "coil: only a single file can be printed, and dist holds 7: unpack it with -o DIR\n"));
    }

    @Test
    void shouldKeepTheArchiveIfAsked() throws IOException {
        var archive = archive("f", "x");
        serve(archive);

        console.coil("artifact", "get", "latest", "build", "dist", "--archive", "dist.tar.gz");

        assertThat(temporary.resolve("dist.tar.gz")).hasBinaryContent(archive);
    }

    @Test
    void shouldUnpackNothingThatIsNotWhatWasKept() throws IOException {
        NODE.bytes("GET /api/v1/blobs/ab12", archive("f", "x"));

        var result = console.coil("artifact", "get", "latest", "build", "dist", "-o", "out");

        assertThat(result.err()).contains("the digest differs");
        assertThat(result.code()).isEqualTo(ExitCodes.ERROR);
        assertThat(temporary.resolve("out/f")).doesNotExist();
    }

    @Test
    void shouldUnpackNothingOutsideTheDirectory() throws IOException {
        serve(archive("../evil", "x"));

        var result = console.coil("artifact", "get", "latest", "build", "dist", "-o", "out");

        assertThat(result.code()).isEqualTo(ExitCodes.ERROR);
        assertThat(temporary.resolve("evil")).doesNotExist();
    }

    @Test
    void shouldSubmitAGraph() throws IOException {
        Files.writeString(temporary.resolve(".coil.yml"), "name: p\ntasks: {t: {run: 'true', checkout: false}}\n");
        NODE.json(
                "POST /api/v1/runs",
                HttpStatus.CREATED,
                "{\"project\":\"p\",\"number\":1,\"id\":\"a\",\"tasks\":1,\"warnings\":[]}");
        NODE.json("GET /api/v1/runs/p%231/tasks/0", "{}");
        NODE.json("GET /api/v1/node", "{}");

        var result = console.coil("submit", "--event", "push");

        assertThat(result.out()).isEqualTo("p#1\n");
        assertThat(result.err()).isEqualTo("coil: 1 task, shown at " + NODE.url() + "/runs/p/1\n");
        var body = Json.MAPPER.readTree(NODE.requests().get(1).body());
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
        assertThat(NODE.requests()).isEmpty();
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
    }

    @Test
    void shouldSayThatAUrlIsNone() {
        assertThat(console.with("COIL_URL", "localhost:8080").coil("list"))
                .isEqualTo(new Console.Result(
                        ExitCodes.USAGE,
                        "",
                        "coil: $COIL_URL is 'localhost:8080': expected something like http://127.0.0.1:8080\n"));
    }

    private void serve(byte[] archive) {
        serve(archive, 7);
    }

    private static void serve(byte[] archive, int files) {
        try {
            var digest = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
            NODE.json(
                    "GET /api/v1/runs/latest",
                    FINISHED.replace("\"files\": 7", "\"files\": " + files).replace("ab12", digest));
            NODE.bytes("GET /api/v1/blobs/" + digest, archive);
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] archive(String name, String content) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var tar = new TarArchiveOutputStream(new GZIPOutputStream(bytes))) {
            var entry = new TarArchiveEntry(name, true);
            entry.setMode(0100755);
            entry.setSize(content.length());
            tar.putArchiveEntry(entry);
            tar.write(content.getBytes(UTF_8));
            tar.closeArchiveEntry();
        }
        return bytes.toByteArray();
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

    private static String events() {
        return "event: snapshot\ndata: " + Documents.oneLine(Documents.run("running")) + "\n\n"
                + "event: change\ndata: {\"run\":" + Documents.oneLine(FINISHED) + ",\"tasks\":[]}\n\n";
    }
}
