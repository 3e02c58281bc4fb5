package dev.coil.ops.progress;

import static dev.coil.ops.progress.Runs.START;
import static dev.coil.ops.progress.Runs.change;
import static dev.coil.ops.progress.Runs.queued;
import static dev.coil.ops.progress.Runs.running;
import static dev.coil.ops.progress.Runs.snapshot;
import static dev.coil.ops.progress.Runs.task;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.RunEvent;
import dev.coil.protocol.graph.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PlainLinesTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final RunModel model = new RunModel();
    private final FailureReport report = new FailureReport(Failure::withoutLog);
    private Instant now = START;
    private final PlainLines lines = new PlainLines(new PrintStream(bytes, true, UTF_8), () -> now);

    @Test
    void shouldSayALineForEachTaskThatEnds() {
        var build = task("build").runningSince(1, "w1");
        var built = task("build").attempt("w1", 1, 3, 0).outcome(Outcome.SUCCESS);
        var linted =
                task("lint").attempt("w1", 1, 2, 77).outcome(Outcome.FAILURE).allowed();
        var unmatched =
                task("far").requirement("arch=s390x").outcome(Outcome.SKIPPED).kind("NO_WORKER");
        after(0, snapshot(running(build, task("lint"), task("test"), task("late"), unmatched)));
        after(2, change(running(build, linted, task("test"), task("late"), unmatched)));
        after(
                9,
                change(running(
                        built,
                        linted,
                        task("test").outcome(Outcome.SKIPPED).reason("its condition does not hold"),
                        task("late")
                                .attempt("w1", 3, 4, null)
                                .attempt("w2", 4, 9, 1)
                                .outcome(Outcome.FAILURE)
                                .reason("the artifact dist is missing"),
                        unmatched)));

        Golden.check("plain-lines", bytes.toString(UTF_8));
    }

    @Test
    void shouldSayOnceWhyATaskIsRunAgain() {
        var second = task("a").attempt("w1", 1, 3, 2).runningSince(4, "w2");
        after(0, snapshot(running(task("a").runningSince(1, "w1"))));
        after(3, change(running(task("a").attempt("w1", 1, 3, 2))));
        after(4, change(running(second)));
        after(5, snapshot(running(second)));
        after(
                6,
                change(running(
                        task("a").attempt("w1", 1, 3, 2).attempt("w2", 4, 6, 0).outcome(Outcome.SUCCESS))));

        assertThat(bytes.toString(UTF_8)).isEqualTo("""
                again     a  exit code 2  (attempt 1, 2.0 s on w1)
                passed    a  (2.0 s, attempt 2)
                """);
    }

    @Test
    void shouldTellOfManyTasksSkippedForOneReasonOnlyTheFirst() {
        var waiting = IntStream.range(0, 9).mapToObj(i -> task("t" + i)).toArray(Runs.Draft[]::new);
        var skipped = IntStream.range(0, 9)
                .mapToObj(i -> task("t" + i).outcome(Outcome.SKIPPED).reason(i == 8 ? "other failed" : "build failed"))
                .toArray(Runs.Draft[]::new);
        after(0, snapshot(running(waiting)));
        after(1, change(running(skipped)));

        assertThat(bytes.toString(UTF_8)).isEqualTo("""
                skipped   t0  build failed
                skipped   t1  build failed
                skipped   t2  build failed
                skipped   t3  build failed
                skipped   t4  build failed
                skipped   more, for the same reason: build failed
                skipped   t8  other failed
                """);
    }

    @Test
    void shouldGiveASignOfLifeWhereNothingEndsForLong() {
        var names = java.util.stream.Stream.of("a", "b", "c", "d")
                .map(name -> task(name).runningSince(1, "w"))
                .toArray(Runs.Draft[]::new);
        after(0, snapshot(running(names)));
        after(29, snapshot(running(names)));
        after(30, snapshot(running(names)));
        after(31, snapshot(running(names)));
        after(60, snapshot(running(names)));

        Golden.check("plain-lines-waiting", bytes.toString(UTF_8));
    }

    @Test
    void shouldSayWhatARunWaitsForThatHasNotStarted() {
        after(0, snapshot(queued(task("a"))));
        after(1, snapshot(queued(task("a"))));
        after(31, snapshot(queued(task("a"))));
        after(89, snapshot(queued(task("a"))));
        after(91, snapshot(queued(task("a"))));
        after(209, snapshot(queued(task("a"))));

        assertThat(bytes.toString(UTF_8)).isEqualTo("""
                hello#3 waits for a place in the concurrency group 'deploy', which hello#2 has
                0 of 1 ended, 0 running
                hello#3 waits for a place in the concurrency group 'deploy', which hello#2 has
                0 of 1 ended, 0 running
                hello#3 waits for a place in the concurrency group 'deploy', which hello#2 has
                """);
    }

    @Test
    void shouldTellOfALargeRunOnlyWhatWentWrong() {
        var drafts = new Runs.Draft[1_500];
        Arrays.setAll(drafts, i -> task("t" + i).outcome(i == 700 ? Outcome.FAILURE : Outcome.SUCCESS));

        after(0, snapshot(running(drafts)));

        assertThat(bytes.toString(UTF_8)).isEqualTo("failed    t700\n");
    }

    private void after(int seconds, RunEvent event) {
        now = START.plusSeconds(seconds);
        var transitions = model.apply(event);
        report.learn(transitions);
        lines.update(model, transitions, report);
        lines.tick();
    }

    @Test
    void shouldSayOnceForEachReasonWhichTasksNoWorkerCanTake() {
        var far = task("far").stranded("no worker has arch=s390x");
        var wide = task("wide").stranded("no worker has arch=s390x");
        after(0, snapshot(running(far, wide, task("quiet"))));
        after(1, change(running(far, wide, task("quiet").stranded("no worker has label quiet"))));
        after(2, change(running(task("far"), wide, task("quiet"))));
        after(3, change(running(far, wide, task("quiet"))));

        after(33, snapshot(running(far, wide)));

        Golden.check("plain-lines-stranded", bytes.toString(UTF_8));
    }
}
