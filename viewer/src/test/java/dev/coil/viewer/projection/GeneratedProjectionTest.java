package dev.coil.viewer.projection;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the projection makes of tasks that tasks add. */
class GeneratedProjectionTest {

    private final Projection projection = new Projection();
    private final Events events = new Events(projection);

    @Test
    void shouldAddWhatATaskGeneratesWithItsResult() {
        var run = events.run("p", 1, task("lint"), task("plan"));
        events.done(run, 0, Outcome.SUCCESS);
        events.ready(run, 1, 1);
        events.claimed(run, 1, 1);
        long before = run.version();

        events.staged(run, 1, 1, task("plan/build"), task("plan/test", 0));
        assertThat(run.size()).isEqualTo(2);
        events.generated(run, 1, 1, task("plan/build"), task("plan/test", 0));

        assertThat(run.size()).isEqualTo(4);
        assertThat(run.facts(3).name()).isEqualTo("plan/test");
        assertThat(run.facts(3).group()).isEqualTo("plan");
        assertThat(run.facts(3).needs().get(0)).isEqualTo(2);
        assertThat(run.facts(3).generator()).isEqualTo(1);
        assertThat(run.version(3)).isGreaterThan(before);
        assertThat(run.head().counts().of(TaskPhase.WAITING)).isEqualTo(2);
        assertThat(run.head().counts().total()).isEqualTo(4);
        events.finished(run, 1, 1, Outcome.SUCCESS, 0);
        events.done(run, 2, Outcome.SUCCESS);
        assertThat(run.task(2).outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(run.task(0).outcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldForgetWhatAnAttemptStagedThatDidNotSucceed() {
        var run = events.run("p", 1, task("plan"));
        events.ready(run, 0, 1);
        events.claimed(run, 0, 1);
        events.staged(run, 0, 1, task("plan/old"), task("plan/older"));
        events.attemptEnded(run, 0, 1, Outcome.ERROR, "the worker was lost");
        events.ready(run, 0, 2);
        events.claimed(run, 0, 2);

        events.tell(new Event.GeneratedStaged("p", 1, 0, 2, 0, List.of(task("plan/new"))));
        events.tell(new Event.TasksGenerated("p", 1, 0, 2, 1, 1));

        assertThat(run.size()).isEqualTo(2);
        assertThat(run.facts(1).name()).isEqualTo("plan/new");
    }

    @Test
    void shouldAddTasksToARunAgainAndAgain() {
        var run = events.run("p", 1, task("plan"));
        for (int i = 0; i < 50; i++) {
            events.generated(run, i, 1, task("plan/" + i), task("plan/more/" + i));
        }

        assertThat(run.size()).isEqualTo(101);
        assertThat(run.facts(100).name()).isEqualTo("plan/more/49");
        assertThat(run.task(100).phase()).isEqualTo(TaskPhase.WAITING);
        assertThat(run.isGeneratedBy(100, 0)).isTrue();
        assertThat(run.isGeneratedBy(100, 48)).isFalse();
    }

    @Test
    void shouldRefuseThatTasksWereAddedWhichNobodyStaged() {
        var run = events.run("p", 1, task("plan"));

        assertThatIllegalStateException()
                .isThrownBy(() -> events.tell(new Event.TasksGenerated("p", 1, 0, 1, run.size(), 3)))
                .withMessage("task 0 of p#1 generated 3 tasks, of which 0 were staged");
    }
}
