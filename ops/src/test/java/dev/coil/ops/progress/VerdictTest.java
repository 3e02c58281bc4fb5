package dev.coil.ops.progress;

import static dev.coil.ops.progress.Runs.run;
import static dev.coil.ops.progress.Runs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.Run;
import dev.coil.protocol.graph.Outcome;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class VerdictTest {

    static Stream<Arguments> runs() {
        var passed = task("passed").outcome(Outcome.SUCCESS);
        var failed = task("failed").outcome(Outcome.FAILURE);
        var late = task("late").outcome(Outcome.TIMEOUT);
        var broken = task("broken").outcome(Outcome.ERROR);
        var stopped = task("stopped").outcome(Outcome.CANCELLED);
        var unwanted = task("unwanted").outcome(Outcome.SKIPPED).kind("CONDITION");
        var unmatched = task("unmatched").outcome(Outcome.SKIPPED).kind("NO_WORKER");
        var dependent = task("dependent").outcome(Outcome.SKIPPED).kind("NEED");
        return Stream.of(
                Arguments.of("all passed", run(passed), Verdict.PASSED, Verdict.PASSED),
                Arguments.of("one failed", run(passed, failed, dependent), Verdict.FAILED, Verdict.FAILED),
                Arguments.of(
                        "failure before timeout and error", run(broken, late, failed), Verdict.FAILED, Verdict.FAILED),
                Arguments.of("timeout before error", run(broken, late), Verdict.TIMED_OUT, Verdict.TIMED_OUT),
                Arguments.of("an error", run(passed, broken), Verdict.BROKEN, Verdict.BROKEN),
                Arguments.of("error before a cancelled task", run(stopped, broken), Verdict.BROKEN, Verdict.BROKEN),
                Arguments.of(
                        "a cancelled task", run(passed, stopped), Verdict.PARTLY_CANCELLED, Verdict.PARTLY_CANCELLED),
                Arguments.of(
                        "a cancelled run, whatever failed before",
                        Runs.cancelled(failed, stopped),
                        Verdict.CANCELLED,
                        Verdict.CANCELLED),
                Arguments.of("an allowed failure", run(passed, failed.allowed()), Verdict.PASSED, Verdict.PASSED),
                Arguments.of(
                        "nothing but allowed trouble",
                        run(failed.allowed(), late.allowed(), broken.allowed()),
                        Verdict.PASSED,
                        Verdict.PASSED),
                Arguments.of("no tasks at all", run(), Verdict.PASSED, Verdict.PASSED),
                Arguments.of("nothing ran, by conditions", run(unwanted, unwanted), Verdict.PASSED, Verdict.PASSED),
                Arguments.of(
                        "nothing ran, for want of a worker",
                        run(unmatched, dependent),
                        Verdict.NOTHING_RAN,
                        Verdict.NOTHING_RAN),
                Arguments.of(
                        "nothing ran, for either reason",
                        run(unwanted, unmatched),
                        Verdict.NOTHING_RAN,
                        Verdict.NOTHING_RAN),
                Arguments.of("some not run", run(passed, unmatched), Verdict.PASSED, Verdict.INCOMPLETE),
                Arguments.of(
                        "some not run that may fail",
                        run(passed, unmatched.allowed()),
                        Verdict.PASSED,
                        Verdict.INCOMPLETE),
                Arguments.of("some failed, some not run", run(failed, unmatched), Verdict.FAILED, Verdict.FAILED),
                Arguments.of("still running", Runs.running(failed, task("busy")), Verdict.RUNNING, Verdict.RUNNING));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("runs")
    void shouldWeighWhatCameOfTheTasks(String name, Run run, Verdict lenient, Verdict strict) {
        assertThat(Verdict.of(run, false)).isEqualTo(lenient);
        assertThat(Verdict.of(run, true)).isEqualTo(strict);
    }
}
