package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.allowed;
import static dev.coil.scheduler.resolver.Fold.generator;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.waitingForAll;
import static dev.coil.scheduler.resolver.Fold.when;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ClaimId;
import dev.coil.scheduler.state.Table;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tasks that add further tasks to their run. */
class GeneratingTest {

    private final Fold fold = new Fold();

    @Test
    void shouldAddWhatATaskGeneratedWhenItSucceeds() {
        fold.submit("a", false, generator("plan"), task("lint"));

        fold.generate(0, task("plan/build"), task("plan/test", 0));

        assertThat(fold.events(Event.TasksGenerated.class))
                .containsExactly(new Event.TasksGenerated("p", 1, 0, 1, 2, 2));
        assertThat(fold.space).containsOnlyKeys(ref(1), ref(2));
        fold.run(2, Outcome.SUCCESS);
        assertThat(fold.space).containsOnlyKeys(ref(1), ref(3));
        assertThat(fold.space.get(ref(3)).name()).isEqualTo("plan/test");
        fold.run(3, Outcome.SUCCESS);
        fold.run(1, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldNotKnowTheOutcomeBeforeWhatIsGeneratedHasEnded() {
        fold.submit("a", false, generator("plan"));

        fold.generate(0, task("plan/build"));

        assertThat(fold.events(Event.RunOutcomeKnown.class)).isEmpty();
        fold.run(1, Outcome.FAILURE);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.FAILURE);
    }

    @Test
    void shouldDropWhatWasStagedByAnAttemptThatDidNotSucceed() {
        fold.submit("a", false, generator("plan"));
        var lost = fold.claim(0, "w1");
        fold.stage(0, 1, lost, "one", task("plan/old"), task("plan/older"));

        fold.append(new Command.LoseWorker(fold.epoch(), "w1", "the worker was lost"));

        assertThat(fold.countOf(Table.STAGINGS) + fold.countOf(Table.STAGED_PARTS))
                .isZero();
        fold.stage(0, 1, lost, "one", task("plan/old"));
        fold.append(finish(0, 1, lost, new AttemptResult.Generated(1, "one")));
        assertThat(fold.ended()).isEmpty();

        fold.generate(0, task("plan/new"));
        assertThat(fold.space.values()).extracting(ready -> ready.name()).containsExactly("plan/new");
    }

    @Test
    void shouldDropWhatWasStagedByACancelledTask() {
        fold.submit("a", false, generator("plan"));
        fold.stage(0, 1, fold.claim(0, "w1"), "one", task("plan/a"));

        fold.cancel(1);

        assertThat(fold.countOf(Table.STAGED_PARTS)).isZero();
        assertThat(fold.runOutcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void shouldTakeNothingFromWhoDoesNotHoldTheClaim() {
        fold.submit("a", false, generator("plan"));
        fold.claim(0, "w1");
        var other = new ClaimId("w2", 9);

        fold.stage(0, 1, other, "one", task("plan/a"));
        fold.append(new Command.SealGenerated("seal", "p", 1, 0, 1, other, "one", 1));

        assertThat(fold.countOf(Table.STAGED_PARTS)).isZero();
        assertThat(lastAnswer().rejection()).isEqualTo(Rejection.CLAIM_LOST);
    }

    @Test
    void shouldTakeEachPartOnceHoweverOftenItComes() {
        fold.submit("a", false, generator("plan"));
        var claim = fold.claim(0, "w1");
        var first = new Command.StageGenerated("p", 1, 0, 1, claim, "one", 0, List.of(task("plan/a")));
        var second = new Command.StageGenerated("p", 1, 0, 1, claim, "one", 1, List.of(task("plan/b", 0)));

        for (var part : List.of(second, first, first, second, first, second)) {
            fold.append(part);
        }
        fold.append(new Command.SealGenerated("seal", "p", 1, 0, 1, claim, "one", 2));
        assertThat(lastAnswer().rejection()).isNull();
        fold.append(finish(0, 1, claim, new AttemptResult.Generated(2, "one")));
        fold.append(finish(0, 1, claim, new AttemptResult.Generated(2, "one")));

        assertThat(fold.events(Event.TasksGenerated.class)).hasSize(1);
        assertThat(fold.space).containsOnlyKeys(ref(1));
        fold.run(1, Outcome.SUCCESS);
        fold.run(2, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldTryAgainIfNotAllOfItArrived() {
        fold.submit("a", false, generator("plan"));
        var claim = fold.claim(0, "w1");
        fold.stage(0, 1, claim, "one", task("plan/a"));

        fold.append(new Command.SealGenerated("seal", "p", 1, 0, 1, claim, "one", 2));
        assertThat(lastAnswer().rejection()).isEqualTo(Rejection.INCOMPLETE_SUBMISSION);
        fold.append(finish(0, 1, claim, new AttemptResult.Generated(2, "one")));

        assertThat(fold.events(Event.AttemptEnded.class))
                .extracting(Event.AttemptEnded::reason)
                .containsExactly("what it generated did not arrive whole");
        assertThat(fold.countOf(Table.STAGED_PARTS)).isZero();
    }

    @Test
    void shouldNotTakeAResultThatSaysNothingOfWhatWasGenerated() {
        fold.submit("a", false, generator("plan"));

        fold.run(0, Outcome.SUCCESS);

        assertThat(fold.events(Event.AttemptEnded.class)).singleElement().satisfies(end -> assertThat(end.reason())
                .contains("older than the node"));
    }

    @Test
    void shouldTakeNoNamesOfOthersAndNoForwardNeedsAndNoDepthBeyondTheLimit() {
        fold.submit("a", false, generator("plan"));
        var claim = fold.claim(0, "w1");

        fold.stage(0, 1, claim, "a", task("other/a"));
        fold.stage(0, 1, claim, "b", task("plan/a", 0));
        fold.stage(0, 1, claim, "c", generator("plan/deep", 3));

        assertThat(fold.countOf(Table.STAGED_PARTS)).isZero();
    }

    @Test
    void shouldRefuseMoreTasksThanARunMayHave() {
        var many = new ArrayList<TaskSpec>();
        many.add(generator("plan"));
        many.add(generator("more"));
        fold.submit("a", false, many);
        var all = new ArrayList<TaskSpec>();
        for (int i = 0; i < 100_000; i++) {
            all.add(allowed(task("more/" + i)));
        }
        fold.generate(1, all.toArray(new TaskSpec[0]));
        var claim = fold.claim(0, "w1");
        for (int first = 0; first < 99_999; first += 1_000) {
            var part = new ArrayList<TaskSpec>();
            for (int i = first; i < Math.min(99_999, first + 1_000); i++) {
                part.add(allowed(task("plan/" + i)));
            }
            fold.append(new Command.StageGenerated("p", 1, 0, 1, claim, "one", first / 1_000, part));
        }

        fold.append(new Command.SealGenerated("seal", "p", 1, 0, 1, claim, "one", 99_999));
        assertThat(lastAnswer().rejection()).isEqualTo(Rejection.TOO_MANY_TASKS);
        fold.append(finish(0, 1, claim, new AttemptResult.Generated(99_999, "one")));

        assertThat(fold.ended()).containsEntry(0, Outcome.FAILURE);
        assertThat(fold.events(Event.TaskFinished.class).get(1).reason())
                .isEqualTo("with the 99999 tasks that it generated, the run of 100002 would have more than 200,000"
                        + " (let one task do more)");
    }

    @Test
    void shouldEndAGeneratorThatGeneratesNothing() {
        fold.submit("a", false, generator("plan"), waitingForAll("after", 0));

        fold.generate(0);

        fold.run(1, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldWaitForAllThatIsGeneratedAlsoInTurn() {
        fold.submit("a", false, generator("plan"), waitingForAll("after", 0), task("beside", 0));

        fold.generate(0, task("plan/a"), generator("plan/deep", 2));
        assertThat(fold.space).containsOnlyKeys(ref(2), ref(3), ref(4));
        fold.run(3, Outcome.SUCCESS);
        fold.generate(4, task("plan/deep/x"));
        assertThat(fold.space).containsOnlyKeys(ref(2), ref(5));
        fold.run(5, Outcome.SUCCESS);

        assertThat(fold.space).containsOnlyKeys(ref(1), ref(2));
    }

    @Test
    void shouldSkipWhoWaitsForAllIfSomeOfItFailedAndSayWhy() {
        fold.submit("a", false, generator("plan"), waitingForAll("after", 0));

        fold.generate(0, task("plan/a"), allowed(task("plan/b")), when(task("plan/c"), "false"));
        fold.run(2, Outcome.FAILURE);
        fold.run(3, Outcome.FAILURE);

        assertThat(fold.ended()).containsEntry(1, Outcome.SKIPPED);
        assertThat(fold.events(Event.TaskFinished.class))
                .filteredOn(end -> end.task() == 1)
                .extracting(Event.TaskFinished::reason)
                .containsExactly("a task that plan generated failed");
    }

    @Test
    void shouldSkipWhoWaitsForAllIfTheGeneratorFailed() {
        fold.submit("a", false, generator("plan"), waitingForAll("after", 0));

        fold.run(0, Outcome.FAILURE);

        assertThat(fold.ended()).containsEntry(1, Outcome.SKIPPED);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.FAILURE);
    }

    @Test
    void shouldRunWhoWaitsForAllWhenWhatFailedHasBeenRunAgain() {
        fold.submit("a", false, generator("plan"), waitingForAll("after", 0));
        fold.generate(0, task("plan/a"), task("plan/b"));
        fold.run(2, Outcome.FAILURE);
        fold.run(3, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.FAILURE);

        fold.retry(1, 2);

        assertThat(fold.ended()).containsOnlyKeys(0, 3);
        fold.run(2, Outcome.SUCCESS);
        fold.run(1, Outcome.SUCCESS);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldRunAllThatDependsOnAGeneratedTaskAgainAlsoWhoWaitsForAll() {
        fold.submit("a", false, generator("plan"), waitingForAll("after", 0));
        fold.generate(0, task("plan/a"), task("plan/b", 0), task("plan/c"));
        for (int index : List.of(2, 3, 4, 1)) {
            fold.run(index, Outcome.SUCCESS);
        }

        fold.append(new Command.RetryRun("r", "p", 1, 2, true));

        assertThat(fold.ended()).containsOnlyKeys(0, 4);
    }

    @Test
    void shouldRefuseToRunAGeneratorAgainThatHasAddedTasks() {
        fold.submit("a", false, task("build"), generator("plan", 1, 0));
        fold.run(0, Outcome.SUCCESS);
        fold.generate(1, task("plan/a"));
        fold.run(2, Outcome.SUCCESS);

        fold.retry(1, 1);
        assertThat(lastAnswer().rejection()).isEqualTo(Rejection.HAS_GENERATED);
        fold.append(new Command.RetryRun("r", "p", 1, 0, true));
        assertThat(lastAnswer().message())
                .isEqualTo("plan has added 1 task to the run, which another attempt would add again:"
                        + " retry those, or submit the run again");
        assertThat(fold.events(Event.TaskReset.class)).isEmpty();
    }

    @Test
    void shouldRunAGeneratorAgainThatFailed() {
        fold.submit("a", false, generator("plan"));
        fold.run(0, Outcome.FAILURE);

        fold.retry(1, null);
        fold.generate(0, task("plan/a"));
        fold.run(1, Outcome.SUCCESS);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldAllowWhatAnAllowedGeneratorGeneratesToFail() {
        fold.submit("a", false, allowed(generator("plan")), task("build"));
        fold.run(1, Outcome.SUCCESS);
        assertThat(fold.events(Event.RunOutcomeKnown.class)).hasSize(1);

        fold.generate(0, task("plan/a"));
        fold.run(2, Outcome.FAILURE);

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
    }

    @Test
    void shouldAskAConditionByTheNamesOfTheFile() {
        fold.submit("a", false, generator("plan"));
        fold.generate(0, task("plan/a"), when(task("plan/b", 0), "needs.a.outcome == 'failure'"));

        fold.run(1, Outcome.FAILURE);

        assertThat(fold.space).containsOnlyKeys(ref(2));
    }

    @Test
    void shouldCancelWhatWasGenerated() {
        fold.submit("a", false, generator("plan"), waitingForAll("after", 0));
        fold.generate(0, task("plan/a"), task("plan/b", 0));

        fold.cancel(1);

        assertThat(fold.ended()).hasSize(4);
        assertThat(fold.runOutcome()).isEqualTo(Outcome.CANCELLED);
    }

    @Test
    void shouldAddAThousandTasksInSteps() {
        var many = new TaskSpec[1_200];
        for (int i = 0; i < many.length; i++) {
            many[i] = task("plan/" + i);
        }
        fold.goesOn = false;
        fold.submit("a", false, generator("plan"));

        fold.generate(0, many);
        assertThat(fold.countOf(Table.SPECS)).isEqualTo(1 + Progress.STEPS);
        assertThat(fold.space).isEmpty();
        assertThat(fold.events(Event.RunOutcomeKnown.class)).isEmpty();
        fold.goOn();

        assertThat(fold.countOf(Table.SPECS)).isEqualTo(1_201);
        assertThat(fold.countOf(Table.STAGED_PARTS)).isZero();
        assertThat(fold.ready()).isEqualTo(1_200);
    }

    /** What one generator adds has come into the state in part when the tasks of another one are released. */
    @Test
    void shouldReleaseNothingBeforeAllOfItsFileIsThere() {
        fold.resolver = new Resolver(fold.state, 1);
        fold.goesOn = false;
        fold.submit("a", false, generator("one"), generator("two"));
        fold.goOn();
        fold.goesOn = false;
        fold.generate(0, task("one/a"));
        var more = new ArrayList<TaskSpec>(List.of(task("two/0")));
        for (int i = 1; i < 20; i++) {
            more.add(task("two/" + i, 0));
        }
        fold.generate(1, more.toArray(new TaskSpec[0]));

        for (var left = fold.cursors(); !left.isEmpty(); left = fold.cursors()) {
            left.forEach(cursor -> {
                fold.append(new Command.Continue(fold.epoch(), cursor.id()));
                for (var ready : List.copyOf(fold.space.keySet())) {
                    fold.run(ready.task(), Outcome.SUCCESS);
                }
            });
        }

        assertThat(fold.runOutcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(fold.ended()).hasSize(23);
    }

    private Event.RequestAnswered lastAnswer() {
        var answers = fold.answers();
        return answers.get(answers.size() - 1);
    }

    private Command finish(int task, int attempt, ClaimId claim, AttemptResult.Generated generated) {
        return fold.generated(1, task, attempt, claim, generated);
    }

    private static TaskRef ref(int task) {
        return new TaskRef("p", 1, task);
    }
}
