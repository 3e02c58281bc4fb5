package dev.coil.ops.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** The page of a run of 20,000 tasks in 100 groups. */
@Tag("alone")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LargeRunTest {

    private static final int TASKS = 20_000;
    private static final int IN_GROUP = 200;
    private static final int FAILED = 12_345;

    /** What a browser scrolls and searches without effort. */
    private static final int MOST_ELEMENTS = 10_000;

    private static final WorkerInfo WORKER = new WorkerInfo(
            "build1", "w1", "i1", Attributes.of(Map.of("os", "linux", "arch", "x86_64")), 8, "0.1.0", 1, false);

    private ViewerNode node;
    private Browser browser;
    private Teller.Run run;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        node = ViewerNode.start(directory);
        browser = Browser.start(directory.resolve("profile"));
        browser.look(1280, 900, false);
        run = node.teller().run("large", 1, Source.none(), tasks(), System.currentTimeMillis());
        run.claimed(FAILED, 1, WORKER, System.currentTimeMillis());
        run.finished(FAILED, 1, Outcome.FAILURE, 1, System.currentTimeMillis());
        node.teller().flush();
        node.awaitRun("large#1", 0);
    }

    private static List<TaskSummary> tasks() {
        var tasks = new ArrayList<TaskSummary>();
        for (int i = 0; i < TASKS; i++) {
            var name = "group" + i / IN_GROUP + "/task" + i;
            tasks.add(Teller.task(name, name));
        }
        return tasks;
    }

    @AfterAll
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        node.close();
    }

    @Test
    void shouldFoldTheGroupsOfALargeRunAndOpenThemOnDemand() throws Exception {
        open();

        assertThat(browser.count("[data-task]")).isZero();
        assertThat(browser.count("*")).isLessThan(MOST_ELEMENTS);
        assertThat(browser.text(".problems")).contains("task" + FAILED, "exit code 1");
        browser.screenshot(Path.of("target/screenshots/large-wide-light.png"));

        browser.run("document.querySelector('.group:nth-of-type(10) .fold, .group .fold').click()");
        await().untilAsserted(() -> assertThat(browser.count("[data-task]")).isEqualTo(IN_GROUP));
        assertThat(browser.count(".group")).isEqualTo(TASKS / IN_GROUP);
        browser.assertNoErrors();
    }

    @Test
    void shouldFindOneTaskAmongThousands() {
        open();

        browser.run("const f = document.querySelector('input[type=search]'); f.value = 'task19999';"
                + " f.dispatchEvent(new Event('input', {bubbles: true}))");

        await().untilAsserted(
                        () -> assertThat(browser.count("[data-task='19999']")).isEqualTo(1));
        assertThat(browser.count("[data-task]")).isEqualTo(1);
    }

    @Test
    void shouldShowAChangeOfAFoldedGroup() {
        open();

        run.claimed(19_000, 1, WORKER, System.currentTimeMillis());
        node.teller().flush();

        await().untilAsserted(() ->
                assertThat(browser.text(".group[aria-label=group95]")).contains("1 running"));
    }

    private void open() {
        browser.open(node.uri("/runs/large/1"));
        await().atMost(Duration.ofMinutes(1)).until(() -> browser.count(".group.folded") == TASKS / IN_GROUP);
    }
}
