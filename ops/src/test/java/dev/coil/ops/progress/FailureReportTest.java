package dev.coil.ops.progress;

import static dev.coil.ops.progress.Runs.run;
import static dev.coil.ops.progress.Runs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.ErrorLines;
import dev.coil.ops.client.Run;
import dev.coil.protocol.graph.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FailureReportTest {

    private final Map<String, ErrorLines> errors = new HashMap<>();
    private final Map<String, List<String>> tails = new HashMap<>();
    private final List<String> read = new ArrayList<>();
    private final FailureReport report = new FailureReport(task -> {
        read.add(task.name());
        return new Failure(
                task,
                errors.getOrDefault(task.name(), ErrorLines.NONE),
                tails.getOrDefault(task.name(), List.of("the end of " + task.name())));
    });

    @Test
    void shouldTellTheLinesThatSayWhyBeforeTheLastOnes() {
        tails.put("build", List.of("make: *** [all] Error 1"));
        errors.put(
                "build",
                new ErrorLines(
                        List.of(
                                new ErrorLines.Line(12, "err", "a.c:1: \u001b[31merror\u001b[m: no x"),
                                new ErrorLines.Line(300, "err", "make: *** [all] Error 1")),
                        3));
        var run = run(failed("build"));

        learn(run);

        assertThat(told(run))
                .containsExactly(
                        "failed    build  exit code 1  (1.0 s on w)",
                        "    log line 12: a.c:1: error: no x",
                        "    ... and 3 more like these",
                        "    make: *** [all] Error 1");
    }

    /** As when something else of the run is tried again. */
    @Test
    void shouldTellWhyATaskFailedThatHadFailedBefore() {
        errors.put("build", new ErrorLines(List.of(new ErrorLines.Line(12, "err", "a.c:1: error: no x")), 0));

        assertThat(report.summary(run(failed("build")), 80, Style.PLAIN))
                .containsExactly("failed    build  exit code 1  log line 12: a.c:1: error: no x");
    }

    @Test
    void shouldLeaveOutWhereTheWorkerKeepsTheWorkspace() {
        tails.put("build", List.of("make: *** [all] Error 1"));
        errors.put(
                "build",
                new ErrorLines(
                        List.of(
                                new ErrorLines.Line(
                                        7,
                                        "err",
                                        "In /var/lib/coil/workers/w/slots/12/ws/lib/a.c and /root/x/trees/r7-0/b.c: error, /w/slots/3/script: 2: x")),
                        0));
        var run = run(failed("build"));

        learn(run);

        assertThat(told(run)).contains("    log line 7: In lib/a.c and b.c: error, script: 2: x");
    }

    @Test
    void shouldTellNoLineTwice() {
        tails.put("build", List.of("a.c:1: error: no x", "make: *** [all] Error 1"));
        errors.put("build", new ErrorLines(List.of(new ErrorLines.Line(12, "err", "a.c:1: error: no x")), 0));
        var run = run(failed("build"));

        learn(run);

        assertThat(told(run))
                .containsExactly(
                        "failed    build  exit code 1  (1.0 s on w)",
                        "    a.c:1: error: no x",
                        "    make: *** [all] Error 1");
    }

    @Test
    void shouldShowTheLogsOfTheFirstFiveOnly() {
        var run = run(IntStream.range(0, 7).mapToObj(i -> failed("t" + i)).toArray(Runs.Draft[]::new));

        learn(run);

        assertThat(told(run)).hasSize(7 + 5).endsWith("failed    t6  exit code 1  (1.0 s on w)");
    }

    @Test
    void shouldShowOneOfEqualFailuresOfAMatrix() {
        for (int i = 0; i < 12; i++) {
            tails.put("test/" + i, List.of("shard " + i + " of 12 failed after 0." + i + " s"));
        }
        errors.put("test/7", new ErrorLines(List.of(new ErrorLines.Line(1, "out", "error: another")), 0));
        var run = run(IntStream.range(0, 12)
                .mapToObj(i -> failed("test/" + i).matrix("shard", "" + i))
                .toArray(Runs.Draft[]::new));

        learn(run);

        assertThat(told(run))
                .hasSize(12 + 1 + 3)
                .startsWith(
                        "failed    test/0  exit code 1  (1.0 s on w)",
                        "    shard 0 of 12 failed after 0.0 s",
                        "failed    test/1  exit code 1  (1.0 s on w)  like test/0")
                .contains("    log line 1: error: another");
        assertThat(report.summary(run, 80, Style.PLAIN))
                .containsExactly(
                        "failed    test/0  exit code 1",
                        "    and 10 like it: test/1, test/2, test/3, test/4, test/5, test/6, test/8, t...",
                        "failed    test/7  exit code 1  log line 1: error: another");
    }

    @Test
    void shouldNotTakeTasksForEqualThatHaveNothingInCommonButTheirEnd() {
        tails.put("a", List.of("boom"));
        tails.put("b", List.of("boom"));
        var run = run(failed("a"), failed("b"));

        learn(run);

        assertThat(told(run)).hasSize(4);
        assertThat(report.summary(run, 80, Style.PLAIN)).hasSize(2);
    }

    @Test
    void shouldTellOfATaskThatMayFailOnlyTheLineThatSaysWhy() {
        errors.put("lint", new ErrorLines(List.of(new ErrorLines.Line(3, "err", "error: unused")), 0));
        var run = run(failed("lint").allowed(), task("t").attempt("w", 1, 2, 0).outcome(Outcome.SUCCESS));

        learn(run);

        assertThat(told(run)).hasSize(2);
        assertThat(report.summary(run, 80, Style.PLAIN))
                .containsExactly("failed    lint  exit code 1  (allowed to fail)  log line 3: error: unused");
    }

    @Test
    void shouldTellAgainOfATaskThatFailsAgain() {
        var model = new RunModel();
        var run = run(failed("t"));
        report.learn(model.apply(Runs.snapshot(run)));
        tails.put("t", List.of("another end"));
        var again = run(failed("t").attempt("w", 5, 6, 1));

        report.learn(model.apply(Runs.snapshot(again)));

        assertThat(told(again)).containsExactly("failed    t  exit code 1  (1.0 s on w, attempt 2)", "    another end");
    }

    private static Runs.Draft failed(String name) {
        return task(name).attempt("w", 1, 2, 1).outcome(Outcome.FAILURE);
    }

    private void learn(Run run) {
        report.learn(new RunModel().apply(Runs.snapshot(run)));
    }

    private List<String> told(Run run) {
        return run.tasks().stream()
                .flatMap(task -> report.lines(task, Style.PLAIN).stream())
                .toList();
    }
}
