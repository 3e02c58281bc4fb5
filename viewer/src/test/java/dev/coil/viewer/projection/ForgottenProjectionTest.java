package dev.coil.viewer.projection;

import static dev.coil.viewer.projection.Events.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the projection makes of runs that the retention did not keep. */
class ForgottenProjectionTest {

    private final Projection projection = new Projection();
    private final Events events = new Events(projection);

    @Test
    void shouldForgetARun() {
        var run = events.run("p", 1, task("a"));
        events.done(run, 0, Outcome.SUCCESS);
        events.tell(new Event.RunFinished("p", 1, Outcome.SUCCESS));

        events.tell(new Event.RunForgotten("p", 1));

        assertThat(projection.runs()).isEmpty();
        assertThat(projection.runs("p")).isEmpty();
        assertThat(projection.numbered(1)).isEmpty();
        assertThat(projection.withIdPrefix(run.id())).isEmpty();
        assertThat(projection.isForgotten("p", 1)).isTrue();
        assertThat(projection.isForgotten("p", 2)).isFalse();
        assertThat(projection.isForgotten("q", 1)).isFalse();
    }

    @Test
    void shouldPassOverRunsOfWhichTheBeginningIsGone() {
        projection.trimmed(0, 1);
        events.tell(new Event.TasksStaged("p", "old", 2, List.of(task("c"))));
        events.tell(new Event.RunCreated("p", 3, "old", Source.none(), 3, "me"));
        events.tell(new Event.TaskReady("p", 3, 0, 1));
        events.tell(new Event.RunFinished("p", 2, Outcome.SUCCESS));
        events.tell(new Event.RunForgotten("p", 2));
        var kept = events.run("p", 4, task("a"));

        assertThat(projection.runs()).containsExactly(kept);
        assertThat(projection.isForgotten("p", 3)).isTrue();
    }

    @Test
    void shouldForgetWhatBeganBeforeTheEventsThatAreLeft() {
        events.run("p", 1, task("a"));
        events.tell(new Event.TasksStaged("p", "half", 0, List.of(task("a"))));
        var kept = events.run("p", 2, task("a"));

        projection.trimmed(0, 4);

        assertThat(projection.runs()).containsExactly(kept);
        assertThat(projection.isForgotten("p", 1)).isTrue();
        events.tell(new Event.RunForgotten("p", 1));
    }

    @Test
    void shouldNotPutUpWithMissingEventsOtherwise() {
        assertThatIllegalStateException()
                .isThrownBy(() -> events.tell(new Event.RunForgotten("p", 1)))
                .withMessageContaining("p#1");
    }
}
