package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.FakeNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a task has printed, and how users name runs and tasks. */
class LogVerbTest extends FakeNodeFixture {

    @Test
    void shouldShowWhatTheLogOfAFailedTaskSays() {
        node.json("GET " + LOG + "/errors", ERRORS);

        assertThat(console.coil("show", "latest").out()).contains("""
                build               failed   1.5 s  build7  exit code 2
                    log line 276: foo.c:12:5: error: no x
                test/linux-s390x/1  skipped                 build failed
                """);
    }

    @Test
    void shouldPrintTheErrorLinesOfALog() {
        node.json("GET " + LOG + "/errors", ERRORS);

        assertThat(console.coil("log", "latest", "build", "--errors"))
                .isEqualTo(new Console.Result(0, "276: foo.c:12:5: error: no x\n", "coil: and 3 more like these\n"));
        assertThat(console.coil("log", "latest", "build", "--errors", "--json").out())
                .isEqualTo(
                        "{\"task\":\"build\",\"line\":276,\"stream\":\"err\",\"text\":\"foo.c:12:5: error: no x\"}\n");
        assertThat(console.coil("log", "latest", "--errors", "--json").out())
                .isEqualTo(
                        "{\"task\":\"build\",\"line\":276,\"stream\":\"err\",\"text\":\"foo.c:12:5: error: no x\"}\n");
        assertThat(console.coil("log", "latest", "build", "--errors", "-f").code())
                .isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void shouldPrintTheErrorLinesOfAllThatFailed() {
        node.json("GET " + LOG + "/errors", ERRORS);

        assertThat(console.coil("log", "latest", "--errors").out()).isEqualTo("build:\n276: foo.c:12:5: error: no x\n");

        node.json("GET /api/v1/runs/latest", FINISHED.replace("\"failure\"", "\"success\""));
        assertThat(console.coil("log", "latest", "--errors"))
                .isEqualTo(new Console.Result(0, "", "coil: nothing in my-lang#17 has failed\n"));
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
        node.json("GET /api/v1/runs/%2317", FINISHED)
                .json("GET /api/v1/runs?project=my-lang&limit=1", "{\"runs\":[" + FINISHED + "]}")
                .json("GET /api/v1/runs?project=stranger&limit=1", "{\"runs\":[]}");

        assertThat(console.coil("log", "17", "build", "--errors").code()).isZero();
        assertThat(node.requests().get(0).path()).isEqualTo("/api/v1/runs/%2317");

        Files.writeString(temporary.resolve(".coil.yml"), "name: stranger\ntasks: {t: {run: x}}\n");
        assertThat(console.coil("log", "17", "build", "--errors").code()).isZero();
        assertThat(asked()).doesNotContain(RUN);

        Files.writeString(temporary.resolve(".coil.yml"), "name: my-lang\ntasks: {t: {run: x}}\n");
        assertThat(console.coil("log", "17", "build", "--errors").code()).isZero();
        assertThat(asked()).contains(RUN);
    }

    @Test
    void shouldTakeLatestForTheLatestRunOfTheProjectWhereOneIs() throws IOException {
        node.json("GET /api/v1/runs/my-lang%23latest", FINISHED)
                .json("GET /api/v1/runs?project=my-lang&limit=1", "{\"runs\":[" + FINISHED + "]}")
                .json("GET /api/v1/runs?project=stranger&limit=1", "{\"runs\":[]}");

        Files.writeString(temporary.resolve(".coil.yml"), "name: stranger\ntasks: {t: {run: x}}\n");
        console.coil("show", "latest");
        assertThat(asked()).contains("/api/v1/runs/latest");

        Files.writeString(temporary.resolve(".coil.yml"), "name: my-lang\ntasks: {t: {run: x}}\n");
        console.coil("show");
        assertThat(asked()).contains("/api/v1/runs/my-lang%23latest");
    }

    @Test
    void shouldTakeASlashForANumberSign() {
        assertThat(console.coil("log", "my-lang/17", "build", "--errors").code())
                .isZero();
        assertThat(asked()).contains(RUN);
    }

    @Test
    void shouldTakeManyDigitsForAnIdWhereThereIsNoSuchRun() {
        node.json("GET /api/v1/runs/0123", FINISHED);

        assertThat(console.coil("show", "0123").out()).startsWith("my-lang#17 failed");

        node.json("GET /api/v1/runs/%230123/tasks/0", "{}");
        node.json("GET /api/v1/runs/%230123", FINISHED.replace("17", "123"));
        assertThat(console.coil("show", "0123").out()).startsWith("my-lang#123 failed");
    }

    private List<String> asked() {
        return node.requests().stream().map(FakeNode.Request::path).toList();
    }

    @Test
    void shouldPrintALogByteForByte() {
        node.bytes("GET " + RUN + "/tasks/0/attempts/1/log", new byte[] {'a', '\n', 'b'});

        var result = console.coil("log", "latest", "bui");

        assertThat(result).isEqualTo(new Console.Result(0, "a\nb", ""));
    }

    @Test
    void shouldPrintTheLogOfTheOnlyTaskThatRanAndFailedWhereNoneIsNamed() {
        node.bytes("GET " + RUN + "/tasks/0/attempts/1/log", new byte[] {'a', '\n', 'b'});
        assertThat(console.coil("log", "latest")).isEqualTo(new Console.Result(0, "a\nb", ""));

        node.json("GET /api/v1/runs/latest", FINISHED.replace("\"skipped\"", "\"timeout\""));
        assertThat(console.coil("log", "latest")).isEqualTo(new Console.Result(0, "a\nb", ""));

        node.json("GET /api/v1/runs/latest", FINISHED.replace("\"failure\"", "\"success\""));
        assertThat(console.coil("log", "latest").err())
                .isEqualTo("coil: the task is missing: my-lang#17 has 2 tasks: build, test/linux-s390x/1\n");
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
}
