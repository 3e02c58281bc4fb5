package dev.coil.ops.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the pages tell of the lines that say what went wrong. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ErrorLinesTest {

    private static final int MATRIX = 12;
    private static final int OTHER = MATRIX;
    private static final int SILENT = MATRIX + 1;
    private static final int LATE = MATRIX + 2;
    private static final int MADE = MATRIX + 3;
    private static final int MUTE = MATRIX + 4;
    private static final int MUTES = 40;
    private static final int TALKER = MUTE + 33;

    private static final WorkerInfo WORKER =
            new WorkerInfo("build1", "w1", "i1", Attributes.of(Map.of("os", "linux")), 8, "0.1.0", 1, false);

    private ViewerNode node;
    private Browser browser;
    private Teller.Run run;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        node = ViewerNode.start(directory);
        browser = Browser.start(directory.resolve("profile"));
        browser.look(1280, 900, false);
        var tasks =
                IntStream.range(0, MUTE + MUTES).mapToObj(ErrorLinesTest::task).toList();
        run = node.teller().run("errors", 1, Source.none(), tasks, System.currentTimeMillis());
        for (int task = 0; task < tasks.size(); task++) {
            run.started(task, WORKER, System.currentTimeMillis());
        }
        for (int shard = 0; shard < MATRIX; shard++) {
            print(shard, 1, "shard " + shard + "\n" + "ok\n".repeat(300));
            print(shard, 2, "heap.c:1" + shard + ":5: error: shard " + shard + " has no brace\n");
            print(shard, 1, "ok\n".repeat(300));
            print(shard, 2, "heap.c:700:5: error: too many errors\nmake: *** [all] Error 2\n");
            fail(shard);
        }
        print(OTHER, 2, "heap.c:10:5: error: shard 0 has no brace\n");
        fail(OTHER);
        for (int mute = MUTE; mute < MUTE + MUTES; mute++) {
            print(mute, 1, mute == TALKER ? "not ok 13 - expected 4, got 5\n" : "goodbye\n");
            fail(mute);
        }
        print(SILENT, 1, "goodbye\n");
        fail(SILENT);
        var artifact = new StoredArtifact("dist", "ab".repeat(32), 2_048, 3);
        run.finished(MADE, 1, Outcome.SUCCESS, 0, System.currentTimeMillis(), artifact);
        node.teller().flush();
        node.awaitRun("errors#1", 0);
    }

    private static TaskSummary task(int index) {
        if (index < MATRIX) {
            return Teller.task("test/" + index, "test");
        }
        return index < MUTE ? Teller.task("t" + index, "t" + index) : Teller.task("mute/" + index, "mute");
    }

    @AfterAll
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        node.close();
    }

    private void print(int task, int stream, String text) {
        run.print(task, 1, stream, System.currentTimeMillis(), text);
    }

    private void fail(int task) {
        run.finished(task, 1, Outcome.FAILURE, 2, System.currentTimeMillis());
    }

    private String texts(String selector) {
        return String.valueOf(browser.run(
                "return [...document.querySelectorAll(arguments[0])].map(each => each.innerText).join('\\n')",
                selector));
    }

    private void openRun() {
        browser.open(node.uri("/workers"));
        browser.open(node.uri("/runs/errors/1"));
        await().untilAsserted(() -> assertThat((Long)
                        browser.run("return new Set(performance.getEntriesByType('resource').map(each => each.name)"
                                + ".filter(name => name.endsWith('/errors'))).size"))
                .isGreaterThanOrEqualTo(MATRIX + 2 + MUTES));
        await().untilAsserted(() -> assertThat(texts(".alike summary")).contains("and 11 others alike"));
    }

    private void openLog(String suffix) {
        browser.open(node.uri("/workers"));
        browser.open(node.uri("/runs/errors/1/tasks/3" + suffix));
        await().untilAsserted(
                        () -> assertThat(browser.text("[data-errors=next]")).contains("Error"));
    }

    private void press(String key) {
        browser.run(
                "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: arguments[0], bubbles: true}))", key);
    }

    @Test
    void shouldShowTheFirstErrorOfEqualFailuresOnce() {
        openRun();

        assertThat(browser.text(".alike summary")).isEqualTo("and 11 others alike");
        assertThat(browser.text(".problem-error")).contains("heap.c:10:5: error: shard 0 has no brace", "1 more");
        assertThat(browser.run("return document.querySelector('.problem-error').getAttribute('href')"))
                .isEqualTo("/runs/errors/1/tasks/0#L302");
        // The same words from another task are another failure; what says nothing stands for itself.
        assertThat(browser.count(".problem")).isGreaterThanOrEqualTo(3);
        assertThat(browser.count(".problem-error")).isGreaterThanOrEqualTo(2);
        browser.assertNoErrors();
    }

    @Test
    void shouldShowTheOneFailureThatSaysSomethingAmongManyThatSayNothing() {
        openRun();

        await().untilAsserted(() -> {
            assertThat(texts(".alike summary")).contains("and " + (MUTES - 2) + " others alike");
            assertThat(texts(".problem-error code")).contains("not ok 13 - expected 4, got 5");
        });
        assertThat(browser.text(".problems")).doesNotContain("more: choose");
    }

    @Test
    void shouldSayWhatATaskWaitsForWhoseNeedsHaveEnded() {
        long now = System.currentTimeMillis();
        var blocked = node.teller().run("blocked", 1, Source.none(), List.of(Teller.task("p", "p")), now);
        node.teller().tell(now, new Event.TaskBlocked("blocked", 1, 0, "site", null));
        node.teller().flush();
        node.awaitRun("blocked#1", 0);

        browser.open(node.uri("/runs/blocked/1"));

        await().untilAsserted(() -> assertThat(browser.text(".card-detail"))
                .isEqualTo("waits for a place in the concurrency group 'site'"));
        assertThat(blocked).isNotNull();
    }

    @Test
    void shouldSayOfACancelledRunThatItsFailureIsAllowed() {
        long now = System.currentTimeMillis();
        var lint = new TaskSummary(
                "lint", "lint", Map.of(), List.of(), Requirement.ANY, null, Priority.NORMAL, true, null, "", List.of());
        var allowed = node.teller().run("allowed", 1, Source.none(), List.of(lint), now);
        allowed.started(0, WORKER, now);
        allowed.finished(0, 1, Outcome.FAILURE, 1, now);
        allowed.finished(Outcome.CANCELLED, now);
        node.teller().flush();
        node.awaitRun("allowed#1", 0);

        browser.open(node.uri("/?project=allowed"));

        await().untilAsserted(() ->
                assertThat(browser.text(".runs")).contains("1 allowed failure").doesNotContain("1 failed"));
    }

    @Test
    void shouldShowTheErrorOfATaskThatFailsMeanwhileWithoutAskingForAnythingElse() {
        openRun();
        browser.run("performance.clearResourceTimings()");

        print(LATE, 2, "Segmentation fault (core dumped)\n");
        fail(LATE);
        node.teller().flush();

        await().untilAsserted(() -> assertThat(browser.text(".problems")).contains("Segmentation fault"));
        assertThat(browser.run("return performance.getEntriesByType('resource').map(e => new URL(e.name).pathname)"
                        + ".filter(path => path.startsWith('/api/')).join(' ').replace(/%23/g, '#')"))
                .isEqualTo("/api/v1/runs/errors#1/tasks/" + LATE + "/attempts/1/log/errors");
    }

    @Test
    void shouldLinkToArtifacts() {
        openRun();

        assertThat(browser.run("return document.querySelector('.made a[download]').getAttribute('href')"))
                .isEqualTo("/api/v1/blobs/" + "ab".repeat(32));
        assertThat(browser.text(".made summary")).isEqualTo("1 artifact");
    }

    @Test
    void shouldNameTheFailedTasksInTheListOfRuns() {
        browser.open(node.uri("/"));

        await().untilAsserted(
                        () -> assertThat(browser.text(".failing")).matches("test/0\\s*test/1\\s*test/2\\s*\\+ 5[12]"));
    }

    @Test
    void shouldGoFromErrorToError() {
        openLog("");

        press("n");
        await().untilAsserted(
                        () -> assertThat(browser.run("return location.hash")).isEqualTo("#L302"));
        assertThat(browser.text(".line.marked.error-line .text")).isEqualTo("heap.c:13:5: error: shard 3 has no brace");
        press("]");
        await().untilAsserted(
                        () -> assertThat(browser.run("return location.hash")).isEqualTo("#L603"));
        press("n");
        await().untilAsserted(
                        () -> assertThat(browser.run("return location.hash")).isEqualTo("#L302"));
        press("N");
        await().untilAsserted(
                        () -> assertThat(browser.run("return location.hash")).isEqualTo("#L603"));
        browser.run("document.querySelector('[data-errors=previous]').click()");
        await().untilAsserted(
                        () -> assertThat(browser.run("return location.hash")).isEqualTo("#L302"));
        assertThat(browser.text("[data-errors=next]")).contains("1/2");
        assertThat(browser.text(".legend")).contains("standard error", "error");
        browser.assertNoErrors();
    }

    @Test
    void shouldKeepTheTaskAndItsStateInSight() {
        openLog("#L500");

        await().untilAsserted(() -> assertThat(browser.text(".where")).contains("test/3", "failed"));
        assertThat(browser.run("return document.querySelector('.where').getBoundingClientRect().top >= 0"))
                .isEqualTo(true);
    }

    @Test
    void shouldTypeInsteadOfGoingWhereTextIsEntered() {
        openLog("");

        browser.run("document.querySelector('.search input').dispatchEvent("
                + "new KeyboardEvent('keydown', {key: 'n', bubbles: true}))");

        assertThat(browser.run("return location.hash")).isEqualTo("");
    }
}
