package dev.coil.ops.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LogPageTest {

    private static final WorkerInfo WORKER =
            new WorkerInfo("build1", "w1", "i1", Attributes.of(Map.of("os", "linux")), 8, "0.1.0", 1, false);
    private static final int COLOURS = 0;
    private static final int GROWING = 1;
    private static final int LARGE = 2;
    private static final int RETRIED = 3;
    private static final int ENDLESS = 4;
    private static final int HUGE = 5;
    private static final int FAST = 6;
    private static final int WIDE = 7;

    private ViewerNode node;
    private Browser browser;
    private Teller.Run run;

    @BeforeAll
    void start(@TempDir Path directory) throws Exception {
        node = ViewerNode.start(directory);
        browser = Browser.start(directory.resolve("profile"));
        browser.look(1280, 900, false);
        var tasks = IntStream.range(0, 8)
                .mapToObj(i -> Teller.task("t" + i, "t" + i))
                .toList();
        run = node.teller().run("logs", 1, Source.none(), tasks, System.currentTimeMillis());
        for (int task = 0; task < tasks.size(); task++) {
            run.started(task, WORKER, System.currentTimeMillis());
        }
        node.teller().flush();
    }

    @AfterAll
    void stop() throws Exception {
        if (browser != null) {
            browser.close();
        }
        node.close();
    }

    /** For what is much work on a machine that has other work. */
    private static ConditionFactory awaitLong() {
        return await().atMost(Duration.ofSeconds(120));
    }

    private void open(int task, String suffix) {
        browser.open(node.uri("/workers"));
        browser.open(node.uri("/runs/logs/1/tasks/" + task + suffix));
    }

    private void print(int task, int stream, String text) {
        run.print(task, 1, stream, System.currentTimeMillis(), text);
        node.teller().flush();
    }

    private String line(int number) {
        return browser.text(".line[data-n='" + number + "'] .text");
    }

    private String styleOf(int line, String part, String property) {
        return String.valueOf(browser.run(
                "return getComputedStyle([...document.querySelectorAll(`.line[data-n='${arguments[0]}'] .text span`)]"
                        + ".find(e => e.textContent === arguments[1]))[arguments[2]]",
                line,
                part,
                property));
    }

    @Test
    void shouldKeepThePlaceWhenTheWindowBecomesNarrow() {
        print(
                WIDE,
                1,
                IntStream.rangeClosed(1, 900)
                        .mapToObj(i -> i + " " + "word ".repeat(50 + i % 7) + "\n")
                        .collect(java.util.stream.Collectors.joining()));
        open(WIDE, "#L400");
        await().untilAsserted(() -> assertThat(isInWindow(400)).isTrue());
        browser.run("scrollBy({top: 1, behavior: 'instant'})");

        browser.look(420, 900, false);
        try {
            await().during(Duration.ofMillis(500))
                    .untilAsserted(() -> assertThat(isInWindow(400)).isTrue());
        } finally {
            browser.look(1280, 900, false);
        }
        await().during(Duration.ofMillis(500))
                .untilAsserted(() -> assertThat(isInWindow(400)).isTrue());
    }

    private boolean isInWindow(int line) {
        return Boolean.TRUE.equals(browser.run(
                "const row = document.querySelector(`.line[data-n='${arguments[0]}']`)?.getBoundingClientRect();"
                        + "return !!row && row.bottom > 0 && row.top < innerHeight",
                line));
    }

    @Test
    void shouldShowWhatATerminalWould() {
        print(COLOURS, 1, "\033[1;32mgreen\033[0m plain \033[38;5;208morange\033[0m \033[38;2;1;2;3mtrue\033[0m\n");
        print(COLOURS, 1, "10%\r50%\r100%\r\n");
        print(COLOURS, 1, "longer text\rshort\n");
        print(COLOURS, 1, "\033[31mred goes on\n");
        print(COLOURS, 2, "an error\n");
        print(COLOURS, 1, "still red\033[0m and not\n");
        print(COLOURS, 1, "title \033]0;gone\007\033[2Kab\bc <b>&amp;</b>\n");
        open(COLOURS, "");
        await().untilAsserted(() -> assertThat(line(7)).isNotEmpty());

        assertThat(line(1)).isEqualTo("green plain orange true");
        assertThat(styleOf(1, "green", "fontWeight")).isEqualTo("650");
        assertThat(styleOf(1, "orange", "color")).isEqualTo("rgb(255, 135, 0)");
        assertThat(styleOf(1, "true", "color")).isEqualTo("rgb(1, 2, 3)");
        assertThat(line(2)).isEqualTo("100%");
        assertThat(line(3)).isEqualTo("shortr text");
        assertThat(styleOf(6, "still red", "color")).isEqualTo(styleOf(4, "red goes on", "color"));
        assertThat(styleOf(6, " and not", "color")).isNotEqualTo(styleOf(4, "red goes on", "color"));
        assertThat(browser.count(".line.err[data-n='5']")).isEqualTo(1);
        assertThat(line(7)).isEqualTo("title ac <b>&amp;</b>");
        browser.assertNoErrors();
    }

    @Test
    void shouldGrowAsTheTaskPrintsAndSayWhenItIsComplete() {
        open(GROWING, "");
        await().untilAsserted(() -> assertThat(browser.text("#foot")).contains("running"));

        print(GROWING, 1, "one\ntw");
        await().untilAsserted(() -> assertThat(line(2)).isEqualTo("tw"));
        print(GROWING, 1, "o\r");
        print(GROWING, 1, "TWO\n");
        await().untilAsserted(() -> assertThat(line(2)).isEqualTo("TWO"));

        run.finished(GROWING, 1, Outcome.SUCCESS, 0, System.currentTimeMillis());
        node.teller().flush();
        await().untilAsserted(() -> assertThat(browser.text("#foot")).contains("complete"));
        assertThat(browser.text("#head")).contains("passed");
        browser.assertNoErrors();
    }

    @Test
    void shouldStayUsableWithAHundredThousandLines() {
        var text = new StringBuilder();
        for (int i = 1; i <= 100_000; i++) {
            text.append("line ").append(i).append(" of a log that goes on and on\n");
            if (i % 2_000 == 0) {
                print(LARGE, 1, text.toString());
                text.setLength(0);
            }
        }
        run.finished(LARGE, 1, Outcome.SUCCESS, 0, System.currentTimeMillis());
        node.teller().flush();

        open(LARGE, "#L77777");
        await().untilAsserted(() -> assertThat(browser.text("#foot")).contains("complete"));
        await().untilAsserted(() -> assertThat(line(77_777)).startsWith("line 77777 "));

        assertThat(browser.count(".line.marked")).isEqualTo(1);
        assertThat(browser.count(".line")).as("elements").isLessThan(3_000);
        assertThat((Boolean) browser.run("const r = document.querySelector('.marked').getBoundingClientRect();"
                        + " return r.top > 0 && r.bottom < innerHeight"))
                .as("the linked line is in sight")
                .isTrue();

        // Jumps to the end, and measures how long until it is painted.
        var jump = browser.runAsync("const done = arguments[0]; const from = performance.now();"
                + " scrollTo(0, document.documentElement.scrollHeight);"
                + " requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - from)));");
        assertThat(((Number) jump).doubleValue()).isLessThan(2_000);
        await().untilAsserted(() -> assertThat(line(100_000)).startsWith("line 100000 "));
        browser.assertNoErrors();
    }

    @Test
    void shouldLinkToARangeOfLinesAndFindText() {
        print(RETRIED, 1, "alpha\nbeta\ngamma\ndelta\n");
        open(RETRIED, "#L2-L3");
        await().untilAsserted(() -> assertThat(browser.count(".line.marked")).isEqualTo(2));

        browser.run("document.querySelector(\".line[data-n='4'] .n\").click()");
        assertThat(browser.run("return location.hash")).isEqualTo("#L4");

        browser.run("const f = document.querySelector('input[type=search]'); f.value = 'GAM';"
                + " f.dispatchEvent(new Event('input', {bubbles: true}))");
        await().untilAsserted(
                        () -> assertThat(browser.text(".line.found .text")).isEqualTo("gamma"));

        var now = System.currentTimeMillis();
        run.attemptEnded(RETRIED, 1, Outcome.ERROR, "the worker build1 was lost", now);
        run.ready(RETRIED, 2, now);
        run.claimed(RETRIED, 2, WORKER, now);
        node.teller().flush();
        await().untilAsserted(() -> assertThat(browser.count(".attempts a")).isEqualTo(2));
        assertThat(browser.text(".attempts")).contains("attempt 2 is running");
        assertThat(line(1)).as("what was being read stays").isEqualTo("alpha");
        browser.assertNoErrors();
    }

    @Test
    void shouldCutALineThatNeverEnds() {
        open(ENDLESS, "");
        for (int i = 0; i < 300; i++) {
            run.print(ENDLESS, 1, 1, System.currentTimeMillis(), "x".repeat(32 * 1024));
        }
        print(ENDLESS, 1, "\nafter it\n");

        awaitLong().untilAsserted(() -> assertThat(line(2)).isEqualTo("after it"));

        assertThat(line(1)).hasSizeLessThan(21_000).endsWith(" … 9,810,400 more characters in the raw log");
        browser.assertNoErrors();
    }

    @Test
    void shouldShowBothEndsOfALogThatIsTooLongForAPage() {
        var text = new StringBuilder();
        for (int i = 1; i <= 60_000; i++) {
            text.append("line ").append(i).append('\n');
            if (text.length() > 30_000) {
                run.print(HUGE, 1, 1, System.currentTimeMillis(), text.toString());
                text.setLength(0);
            }
        }
        print(HUGE, 1, text + "error: this is why\n");
        run.finished(HUGE, 1, Outcome.FAILURE, 1, System.currentTimeMillis());
        node.teller().flush();

        open(HUGE, "?lines=1000");

        awaitLong().untilAsserted(() -> assertThat(browser.text("#foot")).contains("complete"));
        browser.run("scrollTo(0, document.documentElement.scrollHeight)");
        awaitLong().untilAsserted(() -> assertThat(browser.text(".block:last-child .line:last-child .text"))
                .isEqualTo("error: this is why"));
        browser.assertNoErrors();
    }

    @Test
    void shouldStayUsableWhileATaskPrintsAtFullSpeed() {
        open(FAST, "");
        await().untilAsserted(() -> assertThat(browser.text("#foot")).contains("running"));
        browser.run("""
                window.longest = 0;
                let before = performance.now();
                (function frame() {
                  const now = performance.now();
                  window.longest = Math.max(window.longest, now - before);
                  before = now;
                  requestAnimationFrame(frame);
                })();
                """);
        var lines = "a line at full speed\n".repeat(1_500);

        for (int i = 0; i < 600; i++) {
            run.print(FAST, 1, 1, System.currentTimeMillis(), lines);
        }
        print(FAST, 2, "the end\n");
        run.finished(FAST, 1, Outcome.FAILURE, 1, System.currentTimeMillis());
        node.teller().flush();

        awaitLong().untilAsserted(() -> assertThat(browser.text("#foot")).contains("complete"));
        assertThat(((Number) browser.run("return window.longest")).doubleValue())
                .as("milliseconds without a frame")
                .isLessThan(5_000);
        assertThat(browser.count(".line")).as("elements").isLessThan(3_000);
        awaitLong().untilAsserted(() -> assertThat(browser.text(".block:last-child .line:last-child .text"))
                .isEqualTo("the end"));
        browser.assertNoErrors();
    }
}
