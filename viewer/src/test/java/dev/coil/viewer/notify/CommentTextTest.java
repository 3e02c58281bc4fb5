package dev.coil.viewer.notify;

import static dev.coil.viewer.notify.Runs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.Outcome;
import dev.coil.viewer.projection.RunState;
import java.net.URI;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class CommentTextTest {

    private static final String COMMIT = "c0ffee0000000000000000000000000000000000";

    private final Runs runs = new Runs();

    private static String text(RunState run) {
        return CommentText.of(run, run.head(), URI.create("https://ci.example.org"));
    }

    @Test
    void shouldShowEachPlatformWithWhatFailedThere() {
        var run = runs.push(
                "mylang",
                17,
                COMMIT,
                task("lint", "", false),
                task("build/x86_64"),
                task("test/x86_64"),
                task("build/s390x", "linux-s390x", false),
                task("test/s390x", "linux-s390x", false),
                task("bench/s390x", "linux-s390x", true),
                task("fuzz", "", true));
        runs.events.done(run, 0, Outcome.SUCCESS);
        runs.events.done(run, 1, Outcome.SUCCESS);
        runs.events.skipped(run, 2, EndKind.CONDITION);
        runs.events.done(run, 3, Outcome.TIMEOUT);
        runs.events.done(run, 4, Outcome.FAILURE);
        runs.events.done(run, 5, Outcome.ERROR);
        runs.known(run, Outcome.FAILURE);

        assertThat(text(run)).isEqualTo("""
                        **[mylang#17](https://ci.example.org/runs/mylang/17) failed**: 2 of 7 tasks, `push` of `c0ffee000000`

                        | platform | passed | failed | not run | open | failed tasks |
                        |---|--:|--:|--:|--:|---|
                        | any | 1 | 0 | 0 | 1 |  |
                        | `linux-s390x` | 0 | 3 | 0 | 0 | [`build/s390x`](https://ci.example.org/runs/mylang/17/tasks/3) (timed out), [`test/s390x`](https://ci.example.org/runs/mylang/17/tasks/4), [`bench/s390x`](https://ci.example.org/runs/mylang/17/tasks/5) (error) (may fail) |
                        | `linux-x86_64` | 1 | 0 | 1 | 0 |  |
                        """);
    }

    @Test
    void shouldSayHowLongAWholeRunTook() {
        var run = runs.pullRequest("mylang", 17, COMMIT, 8, task("build"));
        runs.whole(run, Outcome.SUCCESS);

        assertThat(text(run))
                .startsWith("**[mylang#17](https://ci.example.org/runs/mylang/17) passed**: 1 task in 5 s,"
                        + " `pull_request` of `c0ffee000000`\n");
    }

    @Test
    void shouldLetNoNameOutOfItsPlace() {
        var run = runs.push("mylang", 17, COMMIT, task("`@everyone` | [x](javascript:1)\n# <script>", "a|b", false));
        runs.whole(run, Outcome.FAILURE);

        assertThat(text(run))
                .contains("| `a\\|b` | 0 | 1 | 0 | 0 | [`'@everyone' \\| [x](javascript:1) # <script>`](https://ci");
    }

    @Test
    void shouldStayShortHoweverMuchFails() {
        var tasks = IntStream.range(0, 5_000)
                .mapToObj(i -> task("test " + i + " " + "x".repeat(200), "platform-" + i / 50, false))
                .toArray(TaskSummary[]::new);
        var run = runs.push("mylang", 17, COMMIT, tasks);
        runs.whole(run, Outcome.FAILURE);

        assertThat(text(run))
                .hasSizeLessThan(65_000)
                .contains("and 42 more |\n")
                .endsWith("… and 60 more platforms.\n");
    }
}
