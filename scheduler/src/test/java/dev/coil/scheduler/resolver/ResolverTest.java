package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.allowed;
import static dev.coil.scheduler.resolver.Fold.requiring;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.timed;
import static dev.coil.scheduler.resolver.Fold.when;
import static dev.coil.scheduler.resolver.Fold.worker;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ClaimId;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Effect;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ResolverTest {

    private final Fold fold = new Fold();

    @Test
    void shouldReleaseATaskWhenAllItsNeedsHaveSucceeded() {
        fold.submit("a", false, task("build"), task("lint"), task("test", 0, 1));

        fold.run(0, Outcome.SUCCESS);
        assertThat(fold.space).containsOnlyKeys(new TaskRef("p", 1, 1));
        fold.run(1, Outcome.SUCCESS);
        assertThat(fold.space).containsOnlyKeys(new TaskRef("p", 1, 2));
        fold.run(2, Outcome.SUCCESS);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(fold.space).isEmpty();
    }

    @Test
    void shouldSkipWhatNeedsAFailedTaskAndSayWhichOne() {
        fold.submit("a", false, task("build"), task("test", 0), task("publish", 1));

        fold.run(0, Outcome.FAILURE);

        assertThat(fold.ended().values()).containsExactly(Outcome.FAILURE, Outcome.SKIPPED, Outcome.SKIPPED);
        assertThat(fold.events(Event.TaskFinished.class))
                .extracting(Event.TaskFinished::reason)
                .containsExactly(null, "build failed", "test was not run");
        assertThat(fold.runOutcome()).isEqualTo(Outcome.FAILURE);
    }

    @Test
    void shouldAcceptOnlyTheFirstClaimAndNameTheWinner() {
        fold.submit("a", false, task("build"));

        var first = fold.claim(0, "w1");
        var second = fold.claim(0, "w2");
        fold.finish(0, 1, second, Outcome.FAILURE);
        assertThat(fold.runOutcome()).isNull();
        fold.finish(0, 1, first, Outcome.SUCCESS);
        fold.finish(0, 1, first, Outcome.FAILURE);

        assertThat(fold.events(Event.TaskClaimed.class))
                .extracting(Event.TaskClaimed::claim)
                .containsExactly(first);
        assertThat(fold.events(Event.TaskFinished.class)).hasSize(1);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldAnswerARepeatedClaimAgain() {
        fold.submit("a", false, task("build"));
        var claim = fold.claim(0, "w1");

        var effects = fold.resolver.apply(fold.state, new Command.ClaimTask("p", 1, 0, 1, claim, "w1"), 99, fold.now);

        assertThat(effects).singleElement().isInstanceOfSatisfying(Effect.Withdraw.class, withdraw -> assertThat(
                        withdraw.tombstone().winner())
                .isEqualTo(claim));
    }

    @Test
    void shouldTryAgainElsewhereWhenAWorkerIsLost() {
        fold.submit("a", false, task("build"));
        var lost = fold.claim(0, "w1");

        fold.append(new Command.LoseWorker(fold.epoch(), "w1", "the worker was lost"));
        fold.finish(0, 1, lost, Outcome.SUCCESS);
        assertThat(fold.ended()).isEmpty();
        assertThat(fold.space.get(new TaskRef("p", 1, 0)).attempt()).isEqualTo(2);

        fold.append(new Command.ClaimTask("p", 1, 0, 2, new ClaimId("w1", 77), "w1"));
        assertThat(fold.stopped).contains(new ClaimId("w1", 77));
        fold.run(0, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldEndATaskAsErrorWhenItsBudgetForInfrastructureIsUsedUp() {
        fold.submit("a", false, task("build"));

        for (int attempt = 1; attempt <= 4; attempt++) {
            fold.finish(0, attempt, fold.claim(0, "w"), Outcome.ERROR);
            fold.now += 60_000;
            fireTimers();
        }

        assertThat(fold.ended()).containsEntry(0, Outcome.ERROR);
        assertThat(fold.events(Event.AttemptEnded.class)).hasSize(3);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.ERROR);
    }

    @Test
    void shouldFinishWithTheOutcomeThatWasKnownThoughTheRestWasCancelled() {
        fold.submit("a", false, task("build"), allowed(task("exotic")));
        fold.run(0, Outcome.SUCCESS);
        assertThat(fold.events(Event.RunOutcomeKnown.class)).hasSize(1);

        fold.cancel(1);

        assertThat(fold.ended()).containsEntry(1, Outcome.CANCELLED);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldRunATaskAgainWithAllThatDependsOnIt() {
        fold.submit("a", false, task("build"), task("lint"), task("test", 0), task("publish", 1, 2));
        for (int index = 0; index < 4; index++) {
            fold.run(index, Outcome.SUCCESS);
        }

        fold.append(new Command.RetryRun("r", "p", 1, 0, true));

        assertThat(fold.ended()).containsOnlyKeys(1);
        fold.run(0, Outcome.SUCCESS);
        fold.append(new Command.RetryRun("r", "p", 1, 0, true));
        assertThat(fold.answers()).last().satisfies(answer -> {
            assertThat(answer.rejection()).isEqualTo(Rejection.NOT_FINISHED);
            assertThat(answer.message()).isEqualTo("test, which depends on it, is going on: cancel it, or wait");
        });
        fold.run(2, Outcome.SUCCESS);
        fold.run(3, Outcome.FAILURE);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.FAILURE);
    }

    @Test
    void shouldNotCountATimerBeforeItIsDue() {
        fold.submit("a", false, timed(task("build"), 0, 5_000));
        var timer = timers().get(0);

        fold.append(new Command.FireTimer(fold.epoch(), timer.id()));
        assertThat(fold.ended()).isEmpty();
        fold.now += 5_000;
        fold.append(new Command.FireTimer(fold.epoch(), timer.id()));

        assertThat(fold.events(Event.TaskFinished.class)).singleElement().satisfies(end -> {
            assertThat(end.outcome()).isEqualTo(Outcome.TIMEOUT);
            assertThat(end.kind()).isEqualTo(EndKind.QUEUE_TIMEOUT);
        });
        assertThat(fold.space).isEmpty();
    }

    @Test
    void shouldEndAnAttemptWhoseWorkerDoesNotKeepItsTimeout() {
        fold.submit("a", false, timed(task("build"), 10_000, 0));
        var claim = fold.claim(0, "w");

        fold.now += 70_000;
        fireTimers();

        assertThat(fold.ended()).containsEntry(0, Outcome.TIMEOUT);
        assertThat(fold.stopped).containsExactly(claim);
        assertThat(timers()).isEmpty();
    }

    @Test
    void shouldCancelWhatIsReadyOrRunsAndLetCleanersRun() {
        fold.submit("a", false, task("build"), task("lint"), task("test", 0), when(task("clean", 0, 1), "always()"));
        var running = fold.claim(0, "w");

        fold.append(new Command.CancelRun("r", "p", 1, null, "enough"));

        assertThat(fold.stopped).containsExactly(running);
        assertThat(fold.space).containsOnlyKeys(new TaskRef("p", 1, 3));
        fold.run(3, Outcome.SUCCESS);
        assertThat(fold.ended().values())
                .containsExactly(Outcome.CANCELLED, Outcome.CANCELLED, Outcome.CANCELLED, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void shouldKnowTheOutcomeBeforeWhatIsAllowedToFailHasEnded() {
        fold.submit("a", false, task("build"), allowed(task("exotic")));

        fold.run(0, Outcome.SUCCESS);
        assertThat(fold.events(Event.RunOutcomeKnown.class))
                .extracting(Event.RunOutcomeKnown::outcome)
                .containsExactly(Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isNull();
        fold.run(1, Outcome.FAILURE);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldLetAnAllowedFailureSatisfyItsDependents() {
        fold.submit("a", false, allowed(task("exotic")), task("after", 0));

        fold.run(0, Outcome.FAILURE);
        fold.run(1, Outcome.SUCCESS);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldCountATaskSkippedByItsConditionAsSuccess() {
        fold.submit("a", false, task("build"), when(task("rescue", 0), "failure()"), task("after", 1));

        fold.run(0, Outcome.SUCCESS);
        fold.run(2, Outcome.SUCCESS);

        assertThat(fold.ended()).containsEntry(1, Outcome.SKIPPED);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldAskForTheOutcomeOfANeed() {
        fold.submit("a", false, task("build"), when(task("report", 0), "needs.build.outcome == 'failure' && always()"));

        fold.run(0, Outcome.FAILURE);
        fold.run(1, Outcome.SUCCESS);

        assertThat(fold.ended()).containsEntry(1, Outcome.SUCCESS);
    }

    @Test
    void shouldSkipWhatNoPresentWorkerCouldEverTakeOnlyIfAsked() {
        fold.workers(worker("w", 2));
        fold.submit("waits", false, requiring(task("exotic"), "arch=s390x os=linux"));
        assertThat(fold.ended()).isEmpty();

        fold.submit("skips", true, requiring(task("exotic"), "arch=s390x os=linux"), task("after", 0), task("other"));

        assertThat(fold.events(Event.TaskFinished.class))
                .extracting(Event.TaskFinished::task, Event.TaskFinished::kind, Event.TaskFinished::reason)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(0, EndKind.NO_WORKER, "no worker has arch=s390x"),
                        org.assertj.core.groups.Tuple.tuple(1, EndKind.NO_WORKER, "exotic was not run"));
        assertThat(fold.space).containsKey(new TaskRef("p", 2, 2));
    }

    @Test
    void shouldRetryWhatFailedAndWhatWasSkippedBecauseOfIt() {
        fold.submit("a", false, task("build"), task("flaky"), task("test", 0, 1));
        fold.run(0, Outcome.SUCCESS);
        fold.run(1, Outcome.FAILURE);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.FAILURE);

        fold.append(new Command.RetryRun("r", "p", 1, null, false));
        assertThat(fold.runOutcome()).isNull();
        assertThat(fold.space).containsOnlyKeys(new TaskRef("p", 1, 1));
        fold.run(1, Outcome.SUCCESS);
        fold.run(2, Outcome.SUCCESS);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(fold.ended().values()).containsOnly(Outcome.SUCCESS);
    }

    @Test
    void shouldMakeWaitingDependentsWaitForARetriedTaskAgain() {
        fold.submit("a", false, task("build"), task("slow"), task("test", 0, 1));
        fold.run(0, Outcome.FAILURE);

        fold.append(new Command.RetryRun("r", "p", 1, 0, false));
        fold.run(1, Outcome.SUCCESS);
        assertThat(fold.ended()).doesNotContainKey(2);
        fold.run(0, Outcome.SUCCESS);
        fold.run(2, Outcome.SUCCESS);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldAnswerASubmissionThatComesAgainWithTheRunThatExists() {
        fold.submit("a", false, task("build"));
        fold.submit("a", false, task("build"));

        assertThat(fold.events(Event.RunCreated.class)).hasSize(1);
        assertThat(fold.events(Event.RequestAnswered.class))
                .extracting(Event.RequestAnswered::run)
                .containsExactly(1, 1);
    }

    @Test
    void shouldRejectASubmissionOfWhichTasksAreMissing() {
        fold.append(new Command.StageTasks("p", "a", 0, List.of(task("build"))));
        fold.append(new Command.SubmitRun("r", "p", "a", Source.none(), 2, false, "me", null));

        assertThat(fold.events(Event.RequestAnswered.class)).singleElement().satisfies(answer -> {
            assertThat(answer.rejection()).isEqualTo(Rejection.INCOMPLETE_SUBMISSION);
            assertThat(answer.message()).isEqualTo("the submission names 2 tasks, but 1 arrived; submit again");
        });
    }

    @Test
    void shouldIgnoreCommandsOfAFormerOwner() {
        fold.submit("a", false, task("build"));
        fold.claim(0, "w1");
        long former = fold.epoch();
        fold.append(new Command.StartEpoch("next"));

        fold.append(new Command.LoseWorker(former, "w1", "zombie"));

        assertThat(fold.events(Event.AttemptEnded.class)).isEmpty();
    }

    @Test
    void shouldReleaseManyDependentsInBoundedSteps() {
        var tasks = new ArrayList<TaskSpec>(List.of(task("root")));
        for (int i = 0; i < 3_000; i++) {
            tasks.add(task("t" + i, 0));
        }
        fold.submit("a", false, tasks);
        int before = fold.log.size();

        fold.run(0, Outcome.SUCCESS);

        assertThat(fold.log.size() - before).isEqualTo(2 + 3_000 / Progress.STEPS - 1);
        assertThat(fold.ready()).isEqualTo(3_000);
        assertThat(fold.countOf(Table.CURSORS)).isZero();
    }

    @Test
    void shouldGiveBackATaskThatAWorkerAbandonsWithoutCharge() {
        fold.submit("a", false, task("build"));
        for (int i = 1; i <= 6; i++) {
            fold.append(new Command.AbandonClaim("p", 1, 0, i, fold.claim(0, "w"), "draining"));
        }

        assertThat(fold.ended()).isEmpty();
        assertThat(fold.space.get(new TaskRef("p", 1, 0)).attempt()).isEqualTo(7);
    }

    private List<Timer> timers() {
        var timers = new ArrayList<Timer>();
        fold.state.scan(Table.TIMERS, new byte[0], (key, due) -> timers.add(Timer.ofKey(key)));
        return timers;
    }

    private void fireTimers() {
        timers().forEach(timer -> fold.append(new Command.FireTimer(fold.epoch(), timer.id())));
    }
}
