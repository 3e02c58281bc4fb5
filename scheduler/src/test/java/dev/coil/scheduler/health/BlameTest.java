package dev.coil.scheduler.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlameTest {

    private final Blame blame = new Blame();
    private final List<Blame.Finding> findings = new ArrayList<>();
    private int attempts;

    private void claim(int task, String worker) {
        apply(new Event.TaskClaimed("p", 1, task, ++attempts, new ClaimId("0123456789abcdef", attempts), worker));
    }

    private void error(int task, String worker) {
        claim(task, worker);
        apply(new Event.AttemptEnded("p", 1, task, attempts, Outcome.ERROR, result(Outcome.ERROR), "no disk", 0));
    }

    private void end(int task, String worker, Outcome outcome) {
        claim(task, worker);
        apply(new Event.TaskFinished("p", 1, task, attempts, outcome, result(outcome), null, null, null));
    }

    private static AttemptResult result(Outcome outcome) {
        var reason = outcome == Outcome.ERROR ? "no disk" : null;
        return new AttemptResult(outcome, null, null, reason, 1, 2, 0, List.of(), null, null);
    }

    private void apply(Event event) {
        findings.addAll(blame.apply(event));
    }

    @Test
    void shouldFindAWorkerWhoseTasksGoWellElsewhere() {
        for (int task = 1; task <= 3; task++) {
            assertThat(findings).isEmpty();
            error(task, "bad");
            end(task, "good", Outcome.SUCCESS);
        }
        assertThat(findings)
                .containsExactly(new Blame.Finding(
                        "bad",
                        List.of(new TaskRef("p", 1, 1), new TaskRef("p", 1, 2), new TaskRef("p", 1, 3)),
                        "no disk"));
    }

    /** A failure is the task's own result: it shows as well that the machine was not the reason before. */
    @Test
    void shouldTakeAFailureElsewhereForAResult() {
        for (int task = 1; task <= 3; task++) {
            error(task, "bad");
            end(task, "good", Outcome.FAILURE);
        }
        assertThat(findings).hasSize(1);
    }

    @Test
    void shouldBlameNobodyForTasksThatNobodyCanRun() {
        for (int task = 1; task <= 10; task++) {
            error(task, "a");
            error(task, "b");
            end(task, "a", Outcome.ERROR);
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldBlameNobodyForWhatGoesWellThereTheNextTime() {
        for (int task = 1; task <= 10; task++) {
            error(task, "a");
            end(task, "a", Outcome.SUCCESS);
        }
        for (int task = 11; task <= 12; task++) {
            error(task, "a");
            end(task, "b", Outcome.SUCCESS);
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldBlameNobodyForWhatTheMachinesOwnerWants() {
        for (int task = 1; task <= 10; task++) {
            claim(task, "small");
            var ended = new AttemptResult(
                    Outcome.ERROR, null, AttemptResult.OWNER_LIMIT, "ran long", 1, 2, 0, List.of(), null, null);
            apply(new Event.AttemptEnded("p", 1, task, attempts, Outcome.ERROR, ended, "ran long", 0));
            end(task, "good", Outcome.SUCCESS);
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldForgetErrorsWhenSomethingGoesWell() {
        for (int task = 1; task <= 10; task++) {
            error(task, "bad");
            end(task, "good", Outcome.SUCCESS);
            if (task % 2 == 0) {
                end(100 + task, "bad", Outcome.SUCCESS);
            }
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldCountATaskOnce() {
        for (int i = 0; i < 5; i++) {
            error(1, "bad");
        }
        end(1, "good", Outcome.SUCCESS);
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldFindSeveralAtOnce() {
        for (int task = 1; task <= 3; task++) {
            error(task, "bad");
            error(task, "worse");
            end(task, "good", Outcome.SUCCESS);
        }
        assertThat(findings).extracting(Blame.Finding::worker).containsExactly("bad", "worse");
    }

    /** A worker that was killed, or whose operator gave back what ran, has reported nothing. */
    @Test
    void shouldNotCountWhatWasGivenBackOrLost() {
        for (int task = 1; task <= 10; task++) {
            claim(task, "gone");
            apply(new Event.AttemptEnded("p", 1, task, attempts, Outcome.ERROR, null, "the worker was lost", 0));
            end(task, "good", Outcome.SUCCESS);
        }
        assertThat(findings).isEmpty();
    }

    @Test
    void shouldBeginAnewAfterAFinding() {
        for (int task = 1; task <= 10; task++) {
            error(task, "bad");
        }
        for (int task = 1; task <= 10; task++) {
            end(task, "good", Outcome.SUCCESS);
        }
        assertThat(findings).hasSize(1);
        for (int task = 11; task <= 13; task++) {
            error(task, "bad");
            end(task, "good", Outcome.SUCCESS);
        }
        assertThat(findings).hasSize(2);
    }

    @Test
    void shouldNotCountWhatAPausedWorkerStillEnds() {
        var scope = PauseScope.worker("bad");
        apply(new Event.Paused(new Pause(scope, "", "ann", 1)));
        for (int task = 1; task <= 5; task++) {
            error(task, "bad");
            end(task, "good", Outcome.SUCCESS);
        }
        assertThat(findings).isEmpty();
        apply(new Event.Resumed(scope, "ann"));
        for (int task = 6; task <= 8; task++) {
            error(task, "bad");
            end(task, "good", Outcome.SUCCESS);
        }
        assertThat(findings).hasSize(1);
    }

    @Test
    void shouldForgetWhatARunNamed() {
        error(1, "bad");
        apply(new Event.RunForgotten("p", 1));
        end(1, "good", Outcome.SUCCESS);
        error(2, "bad");
        end(2, "good", Outcome.SUCCESS);
        error(3, "bad");
        end(3, "good", Outcome.SUCCESS);
        assertThat(findings).isEmpty();
    }
}
