package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.grouped;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.trying;
import static dev.coil.scheduler.resolver.Fold.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.scheduler.state.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Groups of tasks and of runs of which only so many go on at once. */
class ConcurrencyTest {

    private final Fold fold = new Fold();

    private static TaskRef ref(int run, int task) {
        return new TaskRef("p", run, task);
    }

    private void end(int run, int task, Outcome outcome) {
        fold.run(run, task, outcome);
    }

    /** Whatever happened: with the last run, the last place is given up, and nobody is in line. */
    @AfterEach
    void nothingIsLeft() {
        for (int run = 1; run <= fold.events(Event.RunCreated.class).size(); run++) {
            fold.cancel(run);
            fold.cancel(run);
        }
        fold.state.scan(Table.PLACES, new byte[0], (key, since) -> {
            throw new AssertionError("a place is still taken");
        });
        fold.state.scan(Table.IN_LINE, new byte[0], (key, member) -> {
            throw new AssertionError("somebody is still in line: " + member);
        });
    }

    @Test
    void shouldRunOneTaskOfAGroupAtATimeAcrossRunsInTheOrderOfTheirReadiness() {
        fold.submit("a", false, grouped(task("deploy"), "live", 1, false));
        fold.submit("b", false, grouped(task("deploy"), "live", 1, false));
        fold.submit("c", false, grouped(task("deploy"), "live", 1, false), task("other"));

        assertThat(fold.space).containsOnlyKeys(ref(1, 0), ref(3, 1));
        assertThat(fold.events(Event.TaskBlocked.class))
                .containsExactly(
                        new Event.TaskBlocked("p", 2, 0, "live", ref(1, 0)),
                        new Event.TaskBlocked("p", 3, 0, "live", ref(1, 0)));
        end(1, 0, Outcome.FAILURE);
        assertThat(fold.space).containsOnlyKeys(ref(2, 0), ref(3, 1));
        fold.restart();
        end(2, 0, Outcome.SUCCESS);
        assertThat(fold.space).containsOnlyKeys(ref(3, 0), ref(3, 1));
    }

    @Test
    void shouldRunAsManyAsTheGroupAllows() {
        fold.submit(
                "a",
                false,
                grouped(task("x"), "g", 2, false),
                grouped(task("y"), "g", 2, false),
                grouped(task("z"), "g", 2, false));

        assertThat(fold.space).containsOnlyKeys(ref(1, 0), ref(1, 1));
        end(1, 1, Outcome.SUCCESS);
        assertThat(fold.space).containsOnlyKeys(ref(1, 0), ref(1, 2));
    }

    @Test
    void shouldKeepThePlaceBetweenTwoAttempts() {
        fold.submit("a", false, trying(grouped(task("x"), "g", 1, false), 1, 0, 0), grouped(task("y"), "g", 1, false));

        end(1, 0, Outcome.FAILURE);
        assertThat(fold.space).isEmpty();
        fold.now += 1_000;
        fold.fireTimers();
        assertThat(fold.space).containsOnlyKeys(ref(1, 0));
        end(1, 0, Outcome.SUCCESS);
        assertThat(fold.space).containsOnlyKeys(ref(1, 1));
    }

    @Test
    void shouldPassOverTasksThatWereCancelledInLine() {
        fold.submit("a", false, grouped(task("x"), "g", 1, false));
        fold.submit("b", false, grouped(task("x"), "g", 1, false));
        fold.submit("c", false, grouped(task("x"), "g", 1, false));

        fold.cancel(2);
        end(1, 0, Outcome.SUCCESS);

        assertThat(fold.space).containsOnlyKeys(ref(3, 0));
    }

    @Test
    void shouldNotLetATaskWhoseConditionDoesNotHoldTakeAPlace() {
        fold.submit(
                "a",
                false,
                task("build"),
                when(grouped(task("x", 0), "g", 1, false), "failure()"),
                grouped(task("y"), "g", 1, false));
        end(1, 0, Outcome.SUCCESS);

        assertThat(fold.ended()).containsEntry(1, Outcome.SKIPPED);
        assertThat(fold.space).containsOnlyKeys(ref(1, 2));
    }

    @Test
    void shouldCancelThoseOfTheGroupThatAreThereIfTheNewcomerWantsThat() {
        fold.submit("a", false, grouped(task("x"), "g", 1, false), grouped(task("y"), "g", 1, false));
        var running = fold.claim(1, 0, "w");

        fold.submit("b", false, grouped(task("x"), "g", 1, true));

        assertThat(fold.stopped).containsExactly(running);
        assertThat(fold.space).containsOnlyKeys(ref(2, 0));
        assertThat(fold.events(Event.TaskFinished.class))
                .extracting(Event.TaskFinished::outcome, Event.TaskFinished::reason)
                .containsOnly(org.assertj.core.groups.Tuple.tuple(
                        Outcome.CANCELLED, "replaced by p#2 x, which is of the same concurrency group"));
    }

    @Test
    void shouldStartARunWhenTheOneBeforeItHasFinished() {
        fold.group = new Concurrency("main", 1, false);
        fold.submit("a", false, task("x"));
        fold.submit("b", false, task("x"));

        assertThat(fold.space).containsOnlyKeys(ref(1, 0));
        assertThat(fold.events(Event.RunQueued.class)).containsExactly(new Event.RunQueued("p", 2, "main", 1));
        end(1, 0, Outcome.FAILURE);
        assertThat(fold.events(Event.RunStarted.class)).containsExactly(new Event.RunStarted("p", 2));
        assertThat(fold.space).containsOnlyKeys(ref(2, 0));
    }

    @Test
    void shouldEndARunThatIsCancelledInLine() {
        fold.group = new Concurrency("main", 1, false);
        fold.submit("a", false, task("x"));
        fold.submit("b", false, task("x"), when(task("clean", 0), "always()"));
        fold.submit("c", false, task("x"));

        fold.cancel(2);
        assertThat(fold.space).containsOnlyKeys(ref(1, 0), ref(2, 1));
        end(2, 1, Outcome.SUCCESS);
        assertThat(fold.events(Event.RunFinished.class))
                .containsExactly(new Event.RunFinished("p", 2, Outcome.CANCELLED));
        end(1, 0, Outcome.SUCCESS);

        assertThat(fold.space).containsOnlyKeys(ref(3, 0));
    }

    @Test
    void shouldSupersedeOlderRunsOfTheGroupAndStartWhenTheyHaveCleanedUp() {
        fold.group = new Concurrency("refs/heads/main", 1, true);
        fold.submit("a", false, task("x"), when(task("clean", 0), "always()"));
        fold.claim(1, 0, "w");
        fold.submit("b", false, task("x"));
        fold.submit("c", false, task("x"));

        assertThat(fold.events(Event.RunCancelled.class))
                .startsWith(
                        new Event.RunCancelled("p", 1, "superseded by p#2"),
                        new Event.RunCancelled("p", 2, "superseded by p#3"));
        assertThat(fold.space).containsOnlyKeys(ref(1, 1));
        end(1, 1, Outcome.SUCCESS);
        assertThat(fold.space).containsOnlyKeys(ref(3, 0));
    }

    @Test
    void shouldNotReopenARunBesideAnotherOneOfItsGroup() {
        fold.group = new Concurrency("main", 1, false);
        fold.submit("a", false, task("x"));
        end(1, 0, Outcome.FAILURE);
        fold.submit("b", false, task("x"));

        fold.retry(1, null);
        assertThat(fold.answers())
                .last()
                .extracting(Event.RequestAnswered::rejection)
                .isEqualTo(Rejection.GROUP_BUSY);
        end(2, 0, Outcome.SUCCESS);
        fold.retry(1, null);
        assertThat(fold.space).containsOnlyKeys(ref(1, 0));
        fold.submit("c", false, task("x"));
        assertThat(fold.space).containsOnlyKeys(ref(1, 0));
        end(1, 0, Outcome.SUCCESS);

        assertThat(fold.space).containsOnlyKeys(ref(3, 0));
    }

    @Test
    void shouldKeepGroupsOfRunsAndOfTasksApart() {
        fold.group = new Concurrency("g", 1, false);
        fold.submit("a", false, grouped(task("x"), "g", 1, false));

        assertThat(fold.space).containsOnlyKeys(ref(1, 0));
        fold.append(new Command.StartEpoch("next"));
        end(1, 0, Outcome.SUCCESS);
    }

    @Test
    void shouldKeepThePlaceOfATaskThatWasCancelledInLineAndRunAgain() {
        fold.submit("a", false, grouped(task("first"), "two", 2, false), grouped(task("second"), "two", 2, false));
        fold.submit("b", false, grouped(task("third"), "two", 2, false));
        fold.append(new Command.CancelRun("req", "p", 2, 0, "enough"));
        fold.retry(2, 0);

        end(1, 0, Outcome.SUCCESS);
        assertThat(fold.space).containsOnlyKeys(ref(1, 1), ref(2, 0));
        end(1, 1, Outcome.SUCCESS);
        fold.submit("c", false, grouped(task("fourth"), "two", 2, false), grouped(task("fifth"), "two", 2, false));

        assertThat(fold.space).as("two at once").containsOnlyKeys(ref(2, 0), ref(3, 0));
    }
}
