package dev.coil.ops.progress;

import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.protocol.graph.Outcome;
import java.util.List;

/**
 * What a run amounts to. The constants are in order of precedence: the first one that holds is the run's.
 *
 * <p>Tasks that are allowed to fail count for nothing but {@link #NOTHING_RAN} and {@link #INCOMPLETE}.
 */
public enum Verdict {
    /** It has not finished. */
    RUNNING("is still running"),
    /** Somebody cancelled the run. */
    CANCELLED("was cancelled"),
    /** A task failed. */
    FAILED("failed"),
    /** No task failed, but one took or waited too long. */
    TIMED_OUT("timed out"),
    /** The infrastructure failed. */
    BROKEN("ended with an error"),
    /** Single tasks were cancelled. */
    PARTLY_CANCELLED("was cancelled in part"),
    /** Not one task was run, and of some because no worker could take them. */
    NOTHING_RAN("did not run"),
    /** Some tasks were not run because no worker could take them, and whoever asks is strict about it. */
    INCOMPLETE("is incomplete"),
    /** Nothing went wrong. */
    PASSED("passed");

    private final String sentence;

    Verdict(String sentence) {
        this.sentence = sentence;
    }

    /** What follows the run's name in a sentence. */
    public String sentence() {
        return sentence;
    }

    /** @param strict whether tasks that no worker could take are an error */
    public static Verdict of(Run run, boolean strict) {
        if (!run.summary().isFinished()) {
            return RUNNING;
        }
        if (run.summary().cancelled()) {
            return CANCELLED;
        }
        var required = run.tasks().stream().filter(task -> !task.allowFailure()).toList();
        if (any(required, Outcome.FAILURE)) {
            return FAILED;
        }
        if (any(required, Outcome.TIMEOUT)) {
            return TIMED_OUT;
        }
        if (any(required, Outcome.ERROR)) {
            return BROKEN;
        }
        if (any(required, Outcome.CANCELLED)) {
            return PARTLY_CANCELLED;
        }
        boolean unmatched = run.tasks().stream().anyMatch(Task::isUnmatched);
        if (unmatched && run.tasks().stream().allMatch(task -> task.outcome() == Outcome.SKIPPED)) {
            return NOTHING_RAN;
        }
        return unmatched && strict ? INCOMPLETE : PASSED;
    }

    private static boolean any(List<Task> tasks, Outcome outcome) {
        return tasks.stream().anyMatch(task -> task.outcome() == outcome);
    }
}
