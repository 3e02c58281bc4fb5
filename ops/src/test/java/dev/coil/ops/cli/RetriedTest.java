package dev.coil.ops.cli;

import static dev.coil.ops.progress.Runs.run;
import static dev.coil.ops.progress.Runs.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.protocol.graph.Outcome;
import org.junit.jupiter.api.Test;

class RetriedTest {

    private static final Run RUN = run(
            task("good").attempt("w", 0, 1, 0).outcome(Outcome.SUCCESS),
            task("bad").attempt("w", 0, 1, 1).outcome(Outcome.FAILURE),
            task("worse").attempt("w", 0, 1, 1).outcome(Outcome.FAILURE),
            task("after").needs("bad").outcome(Outcome.SKIPPED).kind("NEED"),
            task("last").needs("after").outcome(Outcome.SKIPPED).kind("NEED"),
            task("other").needs("worse").outcome(Outcome.SKIPPED).kind("NEED"),
            task("not-here").outcome(Outcome.SKIPPED).kind("CONDITION"));

    @Test
    void shouldBeAllThatDidNotSucceedButForWhatWasNotMeantToRun() {
        assertThat(Retried.of(RUN, null, false))
                .extracting(Task::name)
                .containsExactly("bad", "worse", "after", "last", "other");
    }

    @Test
    void shouldBeATaskAndWhatWasSkippedBecauseOfIt() {
        assertThat(Retried.of(RUN, RUN.tasks().get(1), false))
                .extracting(Task::name)
                .containsExactly("bad", "after", "last");
    }

    @Test
    void shouldBeATaskAndAllThatDependsOnIt() {
        assertThat(Retried.of(RUN, RUN.tasks().get(2), true))
                .extracting(Task::name)
                .containsExactly("worse", "other");
    }
}
