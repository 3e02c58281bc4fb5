package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.grouped;
import static dev.coil.scheduler.resolver.Fold.requiring;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.trying;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.LowWater;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Finished runs that the owner finds to be old. */
class ForgettingTest {

    private static final long DAY = Duration.ofDays(1).toMillis();

    private final Fold fold = new Fold();

    private List<Event.RunForgotten> forgotten() {
        return fold.events(Event.RunForgotten.class);
    }

    private void cut() {
        fold.goesOn = false;
        fold.resolver = new Resolver(fold.state, 1);
    }

    private List<Cursor> cursors() {
        var cursors = new ArrayList<Cursor>();
        fold.state.scan(Table.CURSORS, new byte[0], (key, cursor) -> cursors.add(cursor));
        return cursors;
    }

    private Set<Byte> tablesOfRuns() {
        var tables = fold.state.tables();
        tables.removeAll(Fold.OF_NO_RUN);
        return tables;
    }

    @Test
    void shouldKeepNothingOfAForgottenRunButItsId() {
        fold.submit("a", false, task("build"), task("test", 0), task("lint"), task("all", 0, 1, 2));
        for (int task = 0; task < 2; task++) {
            fold.run(task, Outcome.SUCCESS);
        }
        fold.run(2, Outcome.FAILURE);

        fold.forget(1);

        assertThat(forgotten()).containsExactly(new Event.RunForgotten("p", 1));
        assertThat(tablesOfRuns()).containsExactlyInAnyOrder(Table.SUBMISSIONS.number(), Table.FORGOTTEN.number());
        fold.now += 8 * DAY;
        fold.forget(1);
        assertThat(tablesOfRuns()).isEmpty();
        assertThat(forgotten()).hasSize(1);
    }

    @Test
    void shouldNotForgetWhatHasNotFinished() {
        fold.group = new Concurrency("g", 1, false);
        fold.submit("running", false, trying(task("a"), 1, 0, 0));
        fold.submit("queued", false, task("a"));
        fold.run(0, Outcome.FAILURE);

        fold.forget(1);
        fold.forget(2);

        assertThat(forgotten()).isEmpty();
        assertThat(fold.countOf(Table.RUN_INFOS)).isEqualTo(2);
    }

    @Test
    void shouldNotForgetWhatIsRunAgain() {
        fold.submit("a", false, task("a"), task("b"));
        fold.run(0, Outcome.FAILURE);
        fold.run(1, Outcome.SUCCESS);
        fold.retry(1, null);

        fold.forget(1);

        assertThat(forgotten()).isEmpty();
        assertThat(fold.countOf(Table.FINISHED)).isZero();
        fold.run(0, Outcome.SUCCESS);
        fold.forget(1);
        assertThat(forgotten()).hasSize(1);
    }

    @Test
    void shouldNotForgetWhileWorkOnItsTasksIsUnderway() {
        cut();
        fold.submit("a", false, task("a"), task("b"));
        fold.append(new Command.CancelRun("req", "p", 1, 1, "enough"));
        fold.run(0, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isNotNull();
        assertThat(cursors()).extracting(Cursor::kind).containsExactly(Cursor.Kind.ROOTS);

        fold.forget(1);

        assertThat(forgotten()).isEmpty();
        fold.append(new Command.Continue(fold.epoch(), cursors().get(0).id()));
        fold.forget(1);
        assertThat(forgotten()).hasSize(1);
    }

    @Test
    void shouldIgnoreAFormerOwnersJudgement() {
        fold.submit("a", false, task("a"));
        fold.run(0, Outcome.SUCCESS);
        long former = fold.epoch();
        fold.append(new Command.StartEpoch("another"));

        fold.append(new Command.ForgetRun(former, "p", 1));

        assertThat(forgotten()).isEmpty();
    }

    @Test
    void shouldRemoveALargeRunStepByStep() {
        fold.submit("a", false, task("a"), task("b", 0), task("c", 0), task("d", 0));
        for (int task = 0; task < 4; task++) {
            fold.run(task, Outcome.SUCCESS);
        }
        cut();

        fold.forget(1);

        var left = new ArrayList<Integer>();
        while (!cursors().isEmpty()) {
            left.add(fold.countOf(Table.TASKS) + fold.countOf(Table.DEPENDENTS));
            var next = new Command.Continue(fold.epoch(), cursors().get(0).id());
            fold.append(next);
            // One that comes twice counts once.
            fold.append(next);
        }
        assertThat(left).as("tasks and edges after each command").containsExactly(6, 5, 3, 2, 1);
        assertThat(tablesOfRuns()).containsExactlyInAnyOrder(Table.SUBMISSIONS.number(), Table.FORGOTTEN.number());
    }

    @Test
    void shouldSayOfAForgottenRunThatItWas() {
        fold.submit("a", false, task("a"));
        fold.run(0, Outcome.FAILURE);
        fold.forget(1);

        fold.retry(1, null);
        fold.cancel(1);
        fold.cancel(2);

        var answers = fold.answers();
        assertThat(answers.subList(answers.size() - 3, answers.size()))
                .extracting(Event.RequestAnswered::rejection)
                .containsExactly(Rejection.FORGOTTEN, Rejection.FORGOTTEN, Rejection.UNKNOWN_RUN);
        assertThat(answers.get(answers.size() - 2).message())
                .isEqualTo(
                        "p#1 was forgotten: finished runs are kept as long as --keep-runs and --keep-for of 'coil up' say");
    }

    @Test
    void shouldNeverUseANumberAgain() {
        fold.submit("a", false, task("a"));
        fold.run(0, Outcome.SUCCESS);
        fold.forget(1);

        fold.submit("b", false, task("a"));

        assertThat(fold.answers().get(1).run()).isEqualTo(2);
    }

    @Test
    void shouldMakeNoSecondRunOfAnIdForAWeek() {
        fold.submit("a", false, task("a"));
        fold.run(0, Outcome.SUCCESS);
        fold.forget(1);
        fold.now += 7 * DAY - 1;
        fold.forget(1);

        fold.submit("a", false, task("a"));

        assertThat(fold.answers().get(1).run()).isEqualTo(1);
        assertThat(fold.events(Event.RunCreated.class)).hasSize(1);
        fold.now += 1;
        fold.forget(1);
        fold.submit("a", false, task("a"));
        assertThat(fold.answers().get(2).run()).isEqualTo(2);
    }

    @Test
    void shouldDropTasksThatNeverBecameARun() {
        fold.append(new Command.StageTasks("p", "left", 0, List.of(task("a"), task("b", 0))));
        fold.submit("run", false, task("a"));
        fold.now += 5 * DAY / 24 - 1;
        fold.append(new Command.DropSubmission(fold.epoch(), "left"));
        assertThat(fold.countOf(Table.STAGED)).as("it may still come").isEqualTo(1);

        fold.now += 1;
        fold.append(new Command.DropSubmission(fold.epoch(), "left"));
        fold.append(new Command.DropSubmission(fold.epoch(), "run"));
        fold.append(new Command.DropSubmission(fold.epoch(), "unheard of"));

        assertThat(fold.countOf(Table.STAGED)).isZero();
        assertThat(fold.countOf(Table.TASKS)).as("those of the run").isEqualTo(1);
        assertThat(fold.countOf(Table.SUBMISSIONS)).isEqualTo(1);
        assertThat(fold.countOf(Table.BEGINNINGS)).isEqualTo(1);
    }

    @Test
    void shouldPassOverForgottenRunsInLine() {
        fold.group = new Concurrency("g", 1, false);
        fold.submit("holder", false, task("a"));
        fold.submit("gives up", false, task("a"));
        fold.cancel(2);
        fold.forget(2);
        assertThat(forgotten()).hasSize(1);
        fold.submit("next", false, task("a"));

        fold.run(0, Outcome.SUCCESS);

        assertThat(fold.events(Event.RunStarted.class)).containsExactly(new Event.RunStarted("p", 3));
        fold.group = new Concurrency("g", 1, true);
        fold.submit("gives up too", false, task("a"));
        fold.submit("newest", false, task("a"));
        assertThat(fold.events(Event.RunCancelled.class)).hasSize(3);
    }

    @Test
    void shouldCancelOthersOfAGroupAlthoughOneInLineWasForgotten() {
        fold.group = new Concurrency("g", 1, false);
        fold.submit("holder", false, task("a"));
        fold.submit("gives up", false, task("a"));
        fold.cancel(2);
        fold.forget(2);

        fold.group = new Concurrency("g", 1, true);
        fold.submit("newest", false, task("a"));

        assertThat(fold.events(Event.RunCancelled.class))
                .extracting(Event.RunCancelled::run)
                .containsExactly(2, 1);
    }

    @Test
    void shouldPassOverForgottenTasksInLine() {
        fold.submit("holder", false, inGroup(false));
        fold.submit("gives up", false, inGroup(false));
        fold.cancel(2);
        fold.forget(2);
        fold.submit("next", false, inGroup(true));

        assertThat(fold.space).containsOnlyKeys(new TaskRef("p", 3, 0));
    }

    private static TaskSpec inGroup(boolean cancels) {
        return grouped(task("a"), "g", 1, cancels);
    }

    @Test
    void shouldTakeAGhostOfAForgottenRunOutOfTheSpace() {
        fold.submit("a", false, task("a"));
        var ghost = fold.space.get(new TaskRef("p", 1, 0));
        fold.run(0, Outcome.SUCCESS);
        fold.forget(1);
        fold.space.put(ghost.ref(), ghost);

        fold.claim(0, "w");

        assertThat(fold.space).isEmpty();
        assertThat(fold.effects.get(fold.effects.size() - 1))
                .isInstanceOfSatisfying(
                        Effect.Withdraw.class,
                        effect -> assertThat(effect.tombstone().winner()).isNull());
    }

    @Test
    void shouldTellAgainWhatIsOfNoRunBeforeEventsAreRemoved() {
        fold.workers(Fold.worker("w", 1));
        fold.submit("a", false, task("a"));
        fold.run(0, Outcome.SUCCESS);
        fold.submit("b", false, requiring(task("b"), "arch=vax os=linux"));
        fold.append(new Command.Pause("req", PauseScope.project("q"), "broken", "me"));
        fold.forget(1);
        assertThat(LowWater.of(fold.state)).as("nothing was told again").isZero();
        int before = fold.events.size();

        fold.append(new Command.TellAgain(fold.epoch()));

        assertThat(fold.events.subList(before, fold.events.size()))
                .hasExactlyElementsOfTypes(Event.WorkersRetold.class, Event.Paused.class, Event.RequirementUnmet.class);
        assertThat(fold.events.get((int) LowWater.of(fold.state) - 1))
                .as("the first event of the run that is kept")
                .isInstanceOfSatisfying(Event.TasksStaged.class, staged -> assertThat(staged.submission())
                        .isEqualTo("b"));
    }
}
