package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.timed;
import static dev.coil.scheduler.resolver.Fold.trying;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import org.junit.jupiter.api.Test;

/** Budgets of further attempts, apart by how the earlier ones ended. */
class RetriesTest {

    private final Fold fold = new Fold();

    private void attempt(Outcome outcome) {
        fold.run(0, outcome);
        fold.now += 60_000;
        fold.fireTimers();
    }

    @Test
    void shouldTryAFailedTaskAgainWithinItsBudget() {
        fold.submit("a", false, trying(task("flaky"), 2, 0, 0), task("after", 0));

        attempt(Outcome.FAILURE);
        attempt(Outcome.FAILURE);
        assertThat(fold.ended()).isEmpty();
        attempt(Outcome.SUCCESS);

        assertThat(fold.ended()).containsEntry(0, Outcome.SUCCESS);
        assertThat(fold.events(Event.AttemptEnded.class))
                .extracting(Event.AttemptEnded::outcome)
                .containsExactly(Outcome.FAILURE, Outcome.FAILURE);
    }

    @Test
    void shouldEndWithTheOutcomeWhoseBudgetIsUsedUp() {
        fold.submit("a", false, trying(task("flaky"), 1, 2, 1));

        attempt(Outcome.ERROR);
        attempt(Outcome.FAILURE);
        attempt(Outcome.TIMEOUT);
        attempt(Outcome.TIMEOUT);
        assertThat(fold.ended()).isEmpty();
        attempt(Outcome.FAILURE);

        assertThat(fold.ended()).containsEntry(0, Outcome.FAILURE);
    }

    @Test
    void shouldPauseLongerFromAttemptToAttempt() {
        fold.submit("a", false, trying(task("flaky"), 3, 0, 0));

        attempt(Outcome.FAILURE);
        attempt(Outcome.FAILURE);
        fold.run(0, Outcome.FAILURE);

        assertThat(fold.events(Event.AttemptEnded.class))
                .extracting(Event.AttemptEnded::again)
                .containsExactly(1_000L + 1_000, 61_000L + 2_000, 121_000L + 4_000);
        assertThat(fold.space).isEmpty();
    }

    @Test
    void shouldNotTryAgainWhatWasCancelled() {
        fold.submit("a", false, trying(task("flaky"), 5, 0, 0));
        fold.run(0, Outcome.FAILURE);

        fold.cancel(1);

        assertThat(fold.ended()).containsEntry(0, Outcome.CANCELLED);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void shouldGiveAPersonsRetryAllBudgetsAgain() {
        fold.submit("a", false, trying(task("flaky"), 1, 0, 0));
        attempt(Outcome.FAILURE);
        attempt(Outcome.FAILURE);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.FAILURE);

        fold.retry(1, null);
        attempt(Outcome.FAILURE);
        assertThat(fold.ended()).isEmpty();
        attempt(Outcome.SUCCESS);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldStopAnAttemptThatRunsOnAndTryAgainOnTheTimeoutBudget() {
        fold.submit("a", false, trying(timed(task("slow"), 10_000, 0), 0, 1, 0));
        var claim = fold.claim(0, "w");

        fold.now += 10_000 + 60_000;
        fold.fireTimers();
        assertThat(fold.stopped).containsExactly(claim);
        assertThat(fold.ended()).isEmpty();
        fold.now += 1_000;
        fold.fireTimers();
        var second = fold.claim(0, "w");
        fold.finish(0, 1, claim, Outcome.SUCCESS);
        assertThat(fold.ended()).isEmpty();
        fold.finish(0, 2, second, Outcome.TIMEOUT);

        assertThat(fold.ended()).containsEntry(0, Outcome.TIMEOUT);
        assertThat(fold.stopped).containsExactly(claim);
    }
}
