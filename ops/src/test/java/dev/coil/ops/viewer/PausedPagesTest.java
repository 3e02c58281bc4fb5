package dev.coil.ops.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What the pages show of pauses, while operators order and end them. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class PausedPagesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long SINCE = 1_700_000_000_000L;

    private ViewerNode node;
    private Browser browser;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        node = ViewerNode.start(directory);
        browser = Browser.start(directory.resolve("profile"));
        browser.look(1280, 900, false);
        var task = new TaskSummary(
                "build",
                "build",
                Map.of(),
                List.of(),
                Requirement.parse("arch=s390x os=linux"),
                null,
                Priority.NORMAL,
                false,
                null,
                "make",
                List.of());
        var run = node.teller().run("paused", 1, Source.none(), List.of(task), System.currentTimeMillis());
        run.ready(0, 1, System.currentTimeMillis());
        node.teller()
                .workers(
                        System.currentTimeMillis(),
                        List.of(new WorkerInfo(
                                "z15",
                                "w1",
                                "i1",
                                Attributes.of(Map.of("os", "linux", "arch", "s390x")),
                                2,
                                "1",
                                1,
                                false)));
        node.teller().flush();
        node.awaitRun("paused#1", 1);
    }

    @AfterAll
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        node.close();
    }

    private void tell(Event event) {
        node.teller().tell(System.currentTimeMillis(), event);
        node.teller().flush();
    }

    private static Event paused(PauseScope scope) {
        return new Event.Paused(new Pause(scope, "new disk", "ann", SINCE));
    }

    private void awaitText(String selector, String text) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.text(selector)).contains(text));
    }

    private void awaitNoText(String selector, String text) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(browser.text(selector)).doesNotContain(text));
    }

    @Test
    void shouldSayOnTheTaskAndOnItsRunWhoPausedItUntilItIsResumed() throws Exception {
        var scope = PauseScope.of(Requirement.parse("arch=s390x"));
        var sentence = "arch=s390x is paused by ann since 2023-11-14 22:13 UTC: new disk";
        browser.open(node.uri("/runs/paused/1"));
        awaitText("#main", "build");

        tell(paused(scope));
        awaitText(".stranded", sentence);
        browser.screenshot(Path.of("target/screenshots/paused-run.png"));

        browser.open(node.uri("/runs/paused/1/tasks/0"));
        awaitText("#main", sentence);
        awaitText(".waits", sentence);
        awaitText(".waits", "When it will start is not known.");
        browser.screenshot(Path.of("target/screenshots/paused-task.png"));
        tell(new Event.Resumed(scope, "ann"));
        awaitText(".waits", "z15");
        awaitText(".waits", "It will start in a moment.");
        browser.open(node.uri("/runs/paused/1"));
        awaitText("#main", "build");
        awaitNoText("#main", "is paused");
        browser.assertNoErrors();
    }

    @Test
    void shouldSayOnTheListsWhatIsPausedUntilItIsResumed() throws Exception {
        var scope = PauseScope.project("paused");
        browser.open(node.uri("/"));
        awaitText("#main", "paused");

        tell(paused(scope));
        awaitText(".paused", "project paused is paused by ann");
        awaitText(".paused", "new disk");
        browser.screenshot(Path.of("target/screenshots/paused-runs.png"));
        browser.open(node.uri("/workers"));
        awaitText(".paused", "project paused is paused by ann");

        tell(new Event.Resumed(scope, "ann"));
        awaitNoText("#main", "is paused");
        browser.assertNoErrors();
    }

    @Test
    void shouldSayOnTheWorkersWhoDrainedOneUntilItIsResumed() throws Exception {
        browser.open(node.uri("/workers"));
        awaitText(".worker", "2 slots free");

        tell(paused(PauseScope.worker("z15")));
        awaitText(".worker", "drained by ann");
        awaitText(".worker", "new disk");
        awaitText(".worker", "takes no more tasks");
        browser.screenshot(Path.of("target/screenshots/drained-worker.png"));

        tell(new Event.Resumed(PauseScope.worker("z15"), "ann"));
        awaitText(".worker", "2 slots free");
        awaitNoText(".worker", "drained");
        browser.assertNoErrors();
    }
}
