package dev.coil.ops.progress;

import static dev.coil.ops.progress.Runs.run;
import static dev.coil.ops.progress.Runs.task;

import dev.coil.ops.client.ErrorLines;
import dev.coil.ops.client.Run;
import dev.coil.protocol.graph.Outcome;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SummaryTest {

    @Test
    void shouldBeginWithWhatFailedAndEndWithTheResult() {
        var run = run(
                task("allowed").attempt("w1", 0, 1, 1).outcome(Outcome.FAILURE).allowed(),
                task("build").attempt("w1", 1, 4, 0).outcome(Outcome.SUCCESS),
                task("lint").attempt("w1", 1, 2, 2).outcome(Outcome.FAILURE),
                task("slow").attempt("w2", 1, 61, null).outcome(Outcome.TIMEOUT).reason("took longer than 1 min"),
                task("test").outcome(Outcome.SKIPPED).reason("lint failed").kind("NEED"),
                task("far").outcome(Outcome.SKIPPED).kind("NO_WORKER"));

        check(
                "summary-failed",
                run,
                Map.of(
                        "lint", "src/main.c:12:5: error: 'x' undeclared (first use in this function)",
                        "allowed", "error: not now"),
                List.of("1 task not run: no s390x worker"));
    }

    @Test
    void shouldBeOneLineWhereAllIsWell() {
        check("summary-passed", run(task("t").outcome(Outcome.SUCCESS)), Map.of(), List.of());
    }

    @Test
    void shouldSayWhatAGreenRunHasLeftUndone() {
        check(
                "summary-left-undone",
                run(
                        task("t").outcome(Outcome.SUCCESS),
                        task("build/mac").outcome(Outcome.TIMEOUT).allowed(),
                        task("smoke/mac").outcome(Outcome.SKIPPED).kind("NEED").reason("build/mac timed out"),
                        task("smoke/all").outcome(Outcome.SKIPPED).kind("NEED").reason("build/mac timed out"),
                        task("nightly")
                                .outcome(Outcome.SKIPPED)
                                .kind("CONDITION")
                                .reason("its condition does not hold"),
                        task("release")
                                .outcome(Outcome.SKIPPED)
                                .kind("NEED")
                                .reason("smoke/mac was not run: build/mac timed out")),
                Map.of(),
                List.of());
    }

    @Test
    void shouldCountWhatDidNotPassAtItsFirstAttempt() {
        check(
                "summary-again",
                run(
                        task("t").outcome(Outcome.SUCCESS),
                        task("flaky")
                                .attempt("w", 1, 2, 1)
                                .attempt("w", 2, 3, 0)
                                .outcome(Outcome.SUCCESS)),
                Map.of(),
                List.of());
    }

    @Test
    void shouldNotListHundredsOfFailures() {
        var tasks = IntStream.range(0, 300)
                .mapToObj(i -> task("t" + i).attempt("w", 1, 2, 1).outcome(Outcome.FAILURE))
                .toArray(Runs.Draft[]::new);

        check("summary-many", run(tasks), Map.of("t0", "error: boom"), List.of());
    }

    @Test
    void shouldNameTheOthersOfEqualFailuresInOneLine() {
        var tasks = IntStream.range(0, 12)
                .mapToObj(i -> task("test/" + i)
                        .matrix("shard", "" + i)
                        .attempt("w", 1, 2, 1)
                        .outcome(Outcome.FAILURE))
                .toArray(Runs.Draft[]::new);

        check("summary-matrix", run(tasks), Map.of(), List.of());
    }

    private static void check(String golden, Run run, Map<String, String> errors, List<String> unmatched) {
        var report = new FailureReport(task -> {
            var error = errors.get(task.name());
            var lines = error == null
                    ? ErrorLines.NONE
                    : new ErrorLines(List.of(new ErrorLines.Line(276, "err", error)), 0);
            return new Failure(task, lines, List.of("the log's end"));
        });
        report.learn(new RunModel().apply(Runs.snapshot(run)));
        var lines = Summary.lines(run, Verdict.of(run, false), report, unmatched, 72, new Style(false, true));
        Golden.check(golden, String.join("\n", lines) + "\n");
    }
}
