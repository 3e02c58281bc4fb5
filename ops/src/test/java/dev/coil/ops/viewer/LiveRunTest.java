package dev.coil.ops.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A run of 2,000 tasks in the browser while it changes. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LiveRunTest {

    private static final int TASKS = 2_000;
    private static final WorkerInfo WORKER = new WorkerInfo(
            "build1", "w1", "i1", Attributes.of(Map.of("os", "linux", "arch", "x86_64")), 8, "0.1.0", 1, false);

    /** Remembers when each task's element took on each status. */
    private static final String WATCH = """
            window.seen = {};
            new MutationObserver((changes) => {
              for (const { target } of changes) window.seen[target.dataset.task + ' ' + target.dataset.status] ??= Date.now();
            }).observe(document.getElementById('main'), { subtree: true, attributeFilter: ['data-status'] });
            """;

    private static final String REQUESTS =
            "return performance.getEntriesByType('resource').filter(e => e.name.includes('/api/')).length";

    private ViewerNode node;
    private Browser browser;
    private Teller.Run run;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        node = ViewerNode.start(directory);
        browser = Browser.start(directory.resolve("profile"));
        browser.look(1280, 900, false);
        run = node.teller().run("wide", 1, Source.none(), tasks(), System.currentTimeMillis());
        for (int task = 0; task < TASKS; task++) {
            run.ready(task, 1, System.currentTimeMillis());
        }
        node.teller().flush();
    }

    private static List<TaskSummary> tasks() {
        var tasks = new ArrayList<TaskSummary>();
        for (int i = 0; i < TASKS; i++) {
            tasks.add(new TaskSummary(
                    "test/" + i,
                    "test",
                    Map.of("shard", Integer.toString(i)),
                    i < 100 ? List.of() : List.of(Need.on(i % 100)),
                    Requirement.ANY,
                    null,
                    Priority.NORMAL,
                    false,
                    null,
                    "true",
                    List.of()));
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
    void shouldShowAChangeWithinASecondWithoutFetchingTheRunAgain() {
        browser.open(node.uri("/runs/wide/1"));
        await().until(() -> browser.count("[data-task]") == TASKS);
        browser.run(WATCH);
        var requests = browser.run(REQUESTS);

        // A burst, as a busy fleet makes it, and one change on its own behind it.
        long burst = System.currentTimeMillis();
        for (int task = 0; task < TASKS / 2; task++) {
            run.claimed(task, 1, WORKER, burst);
        }
        node.teller().flush();
        assertSeenWithinASecond(TASKS / 2 - 1, "running", burst);
        long single = System.currentTimeMillis();
        run.finished(7, 1, Outcome.FAILURE, 1, single);
        node.teller().flush();
        assertSeenWithinASecond(7, "failure", single);

        assertThat(browser.text(".problems")).contains("test/7", "exit code 1");
        assertThat(browser.run(REQUESTS)).isEqualTo(requests);
        browser.assertNoErrors();
    }

    private void assertSeenWithinASecond(int task, String status, long since) {
        var key = task + " " + status;
        await().until(() -> browser.run("return window.seen[arguments[0]] ?? null", key) != null);
        long seen = ((Number) browser.run("return window.seen[arguments[0]]", key)).longValue();
        assertThat(seen - since).as("milliseconds until the page showed " + key).isBetween(0L, 1_000L);
    }

    @Test
    void shouldTouchOnlyWhatChanged() {
        browser.open(node.uri("/runs/wide/1"));
        await().until(() -> browser.count("[data-task]") == TASKS);
        browser.run("document.querySelectorAll('[data-task]').forEach(e => e.dataset.kept = 'yes')");

        run.claimed(TASKS - 1, 1, WORKER, System.currentTimeMillis());
        node.teller().flush();

        await().until(() -> browser.count("[data-task='" + (TASKS - 1) + "'][data-status=running]") == 1);
        assertThat(browser.count("[data-task][data-kept]")).isEqualTo(TASKS);
    }

    @Test
    void shouldFindTasksByStateAndText() {
        browser.open(node.uri("/runs/wide/1"));
        await().until(() -> browser.count("[data-task]") == TASKS);

        browser.run("const f = document.querySelector('input[type=search]'); f.value = 'test/1999';"
                + " f.dispatchEvent(new Event('input', {bubbles: true}))");

        await().untilAsserted(() -> assertThat(browser.count("[data-task]")).isEqualTo(1));
    }
}
