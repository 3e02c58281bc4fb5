package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.requiring;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.timed;
import static dev.coil.scheduler.resolver.Fold.worker;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Effect;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What operators pause and resume: classes, projects, workers. */
class PausingTest {

    private static final PauseScope X86 = PauseScope.of(Requirement.parse("arch=x86_64"));

    private final Fold fold = new Fold();

    private void pause(PauseScope scope) {
        fold.append(new Command.Pause("pause", scope, "disk full", "ann"));
    }

    private void resume(PauseScope scope) {
        fold.append(new Command.Resume("resume", scope, "ann"));
    }

    private static List<TaskSpec> tasks(int count) {
        return IntStream.range(0, count).mapToObj(i -> task("t" + i)).toList();
    }

    private List<Integer> inTheSpace() {
        return fold.space.keySet().stream().map(TaskRef::task).toList();
    }

    @Test
    void shouldTakeBackWhatIsUnclaimedAndLetRunWhatRuns() {
        fold.submit("a", false, task("runs"), task("waits"), requiring(task("other"), "arch=s390x"));
        var claim = fold.claim(0, "w");

        pause(X86);

        assertThat(inTheSpace()).containsExactly(2);
        assertThat(withdrawals()).contains("1: paused: arch=x86_64");
        fold.finish(0, 1, claim, Outcome.SUCCESS);
        assertThat(fold.ended()).containsEntry(0, Outcome.SUCCESS);
    }

    private List<String> withdrawals() {
        return fold.effects.stream()
                .filter(Effect.Withdraw.class::isInstance)
                .map(Effect.Withdraw.class::cast)
                .map(gone -> gone.task().task() + ": " + gone.tombstone().reason())
                .toList();
    }

    @Test
    void shouldKeepWhatBecomesReadyInLineAndPublishAllInOrderWhenItIsResumed() {
        fold.submit("a", false, tasks(3));
        fold.now += 1_000;
        pause(X86);
        fold.now += 1_000;
        fold.submit("b", false, tasks(2));
        assertThat(fold.space).isEmpty();
        assertThat(fold.events(Event.TaskReady.class)).hasSize(5);

        fold.effects.clear();
        resume(X86);

        var published = new ArrayList<ReadyTask>();
        for (var effect : fold.effects) {
            if (effect instanceof Effect.Publish publish) {
                published.add(publish.task());
            }
        }
        assertThat(published)
                .extracting(ready -> ready.run() + "/" + ready.task() + " since " + ready.readyAt())
                .containsExactly(
                        "1/0 since 1000", "1/1 since 1000", "1/2 since 1000", "2/0 since 3000", "2/1 since 3000");
    }

    @Test
    void shouldPutWhatItTakesBackBeforeWhatWasInLineAlready() {
        fold.submit("a", false, tasks(200));
        assertThat(fold.space).hasSize(64);

        pause(X86);
        resume(X86);

        assertThat(inTheSpace()).isEqualTo(IntStream.range(0, 64).boxed().toList());
        for (int i = 0; i < 200; i++) {
            fold.run(inTheSpace().get(0), Outcome.SUCCESS);
        }
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(fold.ready()).isZero();
    }

    @Test
    void shouldRefuseAClaimThatCameTooLateAndLoseNothing() {
        fold.submit("a", false, task("t"));
        pause(X86);

        fold.claim(0, "w");

        assertThat(fold.events(Event.TaskClaimed.class)).isEmpty();
        assertThat(withdrawals()).endsWith("0: paused: arch=x86_64");
        resume(X86);
        fold.run(0, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldPauseOnlyTheProjectThatIsNamed() {
        fold.submit("a", false, task("t"));
        fold.append(new Command.StageTasks("q", "b", 0, List.of(task("t"))));
        fold.append(new Command.SubmitRun("r", "q", "b", Source.none(), 1, false, "me", null));

        pause(PauseScope.project("p"));

        assertThat(fold.space.keySet()).extracting(TaskRef::project).containsExactly("q");
    }

    @Test
    void shouldLetOthersHaveTheWindowOfAProjectThatIsPaused() {
        fold.submit("a", false, tasks(100));
        fold.append(new Command.StageTasks("q", "b", 0, tasks(100)));
        fold.append(new Command.SubmitRun("r", "q", "b", Source.none(), 100, false, "me", null));

        pause(PauseScope.project("p"));

        assertThat(fold.space).hasSize(64);
    }

    @Test
    void shouldGoOnPausingUntilTheLastPauseThatCoversATaskIsOver() {
        fold.submit("a", false, task("t"));
        pause(X86);
        pause(PauseScope.project("p"));

        resume(X86);
        assertThat(fold.space).isEmpty();
        resume(PauseScope.project("p"));

        assertThat(inTheSpace()).containsExactly(0);
    }

    @Test
    void shouldKnowAfterARestartWhatIsPaused() {
        fold.submit("a", false, task("t"));
        pause(X86);
        pause(PauseScope.worker("w"));

        fold.restart();
        fold.submit("b", false, task("u"), requiring(task("s"), "arch=s390x"));

        assertThat(inTheSpace()).as("not what is paused").containsExactly(2 - 1);
        assertThat(fold.resolver.republish(fold.state)).hasSize(1);
        fold.claim(2, 1, "w");
        assertThat(fold.events(Event.TaskClaimed.class)).isEmpty();
    }

    @Test
    void shouldNotHoldThePauseAgainstATaskThatMayNotWaitLong() {
        fold.submit("a", false, timed(task("t"), 0, 5_000));
        pause(X86);
        fold.now += 60_000;
        fold.fireTimers();
        assertThat(fold.ended()).isEmpty();

        resume(X86);
        fold.now += 4_999;
        fold.fireTimers();
        assertThat(fold.ended()).isEmpty();
        fold.now += 1;
        fold.fireTimers();

        assertThat(fold.ended()).containsEntry(0, Outcome.TIMEOUT);
        assertThat(fold.countOf(Table.TIMERS)).isZero();
    }

    @Test
    void shouldEndWhatIsCancelledDuringThePause() {
        fold.submit("a", false, task("t"));
        pause(X86);

        fold.cancel(1);
        resume(X86);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.CANCELLED);
        assertThat(fold.ready()).isZero();
    }

    @Test
    void shouldTellOfEachChangeOnceAndSinceWhenItIsPaused() {
        pause(X86);
        fold.now += 1_000;
        pause(X86);
        fold.append(new Command.Pause("again", X86, "new disk", "bob"));
        resume(X86);

        assertThat(fold.events(Event.Paused.class))
                .extracting(paused -> paused.pause().reason() + " by "
                        + paused.pause().by() + " since " + paused.pause().since())
                .containsExactly("disk full by ann since 1000", "new disk by bob since 1000");
        assertThat(fold.events(Event.Resumed.class)).hasSize(1);
        assertThat(fold.answers()).hasSize(4).allMatch(answer -> answer.rejection() == null);
    }

    @Test
    void shouldEndAPauseAtTheEndThatWasSetAndNotOneThatWasSetAnewMeanwhile() {
        fold.submit("a", false, task("t"));
        fold.append(new Command.Pause("p", X86, "disk full", "ann", 5_000, false));
        long end = fold.now + 5_000;
        fold.append(new Command.Pause("p", X86, "disk full", "ann", 9_000, false));
        var later = fold.now + 9_000;

        fold.append(new Command.Resume("", X86, "the end that was set", end));
        assertThat(fold.events(Event.Resumed.class)).isEmpty();
        fold.append(new Command.Resume("", X86, "the end that was set", later));
        fold.append(new Command.Resume("", X86, "the end that was set", later));

        assertThat(fold.events(Event.Resumed.class)).hasSize(1);
        assertThat(inTheSpace()).containsExactly(0);
        assertThat(fold.answers()).extracting(Event.RequestAnswered::requestId).containsOnly("req-a", "p");
    }

    @Test
    void shouldTellOfAQuarantine() {
        fold.append(new Command.Pause("p", PauseScope.worker("w"), "broken", "ann", 5_000, true));

        assertThat(fold.events(Event.Paused.class)).singleElement().satisfies(paused -> {
            assertThat(paused.pause().quarantine()).isTrue();
            assertThat(paused.pause().until() - paused.pause().since()).isEqualTo(5_000);
        });
    }

    @Test
    void shouldSayWhatIsPausedToWhoResumesSomethingElse() {
        resume(X86);
        pause(PauseScope.project("p"));
        resume(X86);

        assertThat(fold.answers())
                .filteredOn(answer -> answer.rejection() == Rejection.NOT_PAUSED)
                .extracting(Event.RequestAnswered::message)
                .containsExactly(
                        "arch=x86_64 is not paused: nothing is",
                        "arch=x86_64 is not paused; what is paused: project p");
    }

    @Test
    void shouldRefuseClaimsOfADrainedWorkerAndShowItTheTupleAgain() {
        fold.workers(worker("w", 2), worker("v", 2));
        fold.submit("a", false, task("runs"), task("t"));
        var running = fold.claim(0, "w");
        pause(PauseScope.worker("w"));
        fold.effects.clear();

        fold.claim(1, "w");

        assertThat(fold.effects)
                .satisfiesExactly(
                        gone -> assertThat(((Effect.Withdraw) gone).tombstone().reason())
                                .isEqualTo("this worker is to take nothing new"),
                        again -> assertThat(((Effect.Publish) again).task().task())
                                .isEqualTo(1));
        fold.finish(0, 1, running, Outcome.SUCCESS);
        fold.finish(1, 1, fold.claim(1, "v"), Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldMeasureTheWindowByTheWorkersThatTakeMore() {
        fold.workers(worker("w", 100), worker("v", 20));
        pause(PauseScope.worker("w"));

        fold.submit("a", false, tasks(500));
        assertThat(fold.space).hasSize(80);
        resume(PauseScope.worker("w"));

        assertThat(fold.space).hasSize(480);
    }
}
