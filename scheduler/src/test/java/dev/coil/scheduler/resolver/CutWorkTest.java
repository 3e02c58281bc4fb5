package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.trying;
import static dev.coil.scheduler.resolver.Fold.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.ClaimId;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Table;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** Work on many tasks that is cut in two by other commands, and needs that are run again under those who had started. */
class CutWorkTest {

    private final Fold fold = new Fold();

    private static TaskRef ref(int task) {
        return new TaskRef("p", 1, task);
    }

    /** Every command does one step of such work; the rest is stored, and goes on when the test says so. */
    private void cut() {
        fold.goesOn = false;
        fold.resolver = new Resolver(fold.state, 1);
    }

    private void goOn() {
        for (var cursor = anyCursor(); cursor != null; cursor = anyCursor()) {
            fold.append(new Command.Continue(fold.epoch(), cursor.id()));
        }
    }

    private Cursor anyCursor() {
        var cursors = new ArrayList<Cursor>();
        fold.state.scan(Table.CURSORS, new byte[0], (key, cursor) -> cursors.add(cursor));
        return cursors.isEmpty() ? null : cursors.get(0);
    }

    @Test
    void shouldStartNothingOnceItsRunIsCancelled() {
        fold.submit("a", false, task("a"), task("b"), task("c"));
        cut();
        fold.cancel(1);
        assertThat(fold.space).as("the cancellation is underway").containsOnlyKeys(ref(1), ref(2));

        fold.claim(2, "w");

        assertThat(fold.events(Event.TaskClaimed.class)).isEmpty();
        assertThat(fold.ended()).containsOnlyKeys(0, 2);
        goOn();
        assertThat(fold.runOutcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void shouldCancelAllBeforeItRunsAllAgain() {
        fold.submit("a", false, task("a"), task("b"), task("c"));
        cut();
        fold.cancel(1);

        fold.retry(1, null);
        goOn();

        assertThat(fold.events(Event.TaskReset.class)).hasSize(3);
        assertThat(fold.space).containsOnlyKeys(ref(0), ref(1), ref(2));
    }

    @Test
    void shouldWaitForANeedThatIsRunAgainBeforeAnotherAttempt() {
        fold.submit("a", false, task("need"), when(trying(task("clean", 0), 0, 0, 1), "cancelled() || always()"));
        fold.run(0, Outcome.FAILURE);
        fold.claim(1, "w");
        fold.retry(1, 0);

        fold.append(new Command.LoseWorker(fold.epoch(), "w", "lost"));

        assertThat(fold.space).containsOnlyKeys(ref(0));
        fold.append(new Command.ClaimTask("p", 1, 0, 2, new ClaimId("v", 1), "v"));
        fold.finish(0, 2, new ClaimId("v", 1), Outcome.SUCCESS);
        assertThat(fold.space).containsOnlyKeys(ref(1));
    }

    @Test
    void shouldCountANeedOnceThatHasYetToTellATask() {
        fold.submit("a", false, task("x"), task("y"), task("other", 1), trying(task("last", 0, 1), 0, 0, 1));
        fold.run(0, Outcome.SUCCESS);
        fold.run(1, Outcome.SUCCESS);
        fold.claim(3, "w");
        fold.retry(1, 0);
        fold.retry(1, 1);
        cut();
        fold.run(1, Outcome.SUCCESS);
        assertThat(anyCursor()).as("y tells its dependents one by one").isNotNull();

        fold.append(new Command.LoseWorker(fold.epoch(), "w", "lost"));
        goOn();

        assertThat(fold.space)
                .as("x is still to be run again")
                .containsKey(ref(0))
                .doesNotContainKey(ref(3));
    }

    @Test
    void shouldNotReleaseARootThatWasCancelledBeforeItsTurn() {
        cut();
        fold.submit("a", false, task("a"), task("b"), task("c"));
        assertThat(fold.space).containsOnlyKeys(ref(0));
        fold.append(new Command.CancelRun("req", "p", 1, 2, "enough"));

        goOn();

        assertThat(fold.space).containsOnlyKeys(ref(0), ref(1));
        assertThat(fold.ended()).containsOnlyKeys(2);
    }
}
