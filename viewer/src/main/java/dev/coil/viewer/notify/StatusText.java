package dev.coil.viewer.notify;

import dev.coil.protocol.graph.Outcome;
import dev.coil.viewer.forge.CommitStatus.State;
import dev.coil.viewer.projection.RunHead;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.TaskPhase;
import java.util.stream.Collectors;

/** What a run looks like as a status on its commit. The outcome is told as soon as it is known; tasks that may fail may come after it. */
final class StatusText {

    private StatusText() {}

    static State state(RunHead head) {
        var outcome = head.outcome();
        if (outcome == null) {
            boolean begun = head.counts().of(TaskPhase.RUNNING) + head.counts().of(TaskPhase.FINISHED) > 0;
            return head.queued() == null && begun ? State.RUNNING : State.PENDING;
        }
        return switch (outcome) {
            case SUCCESS, SKIPPED -> State.SUCCESS;
            case FAILURE, TIMEOUT -> State.FAILURE;
            case ERROR -> State.ERROR;
            case CANCELLED -> State.CANCELLED;
        };
    }

    static String description(RunState run, RunHead head) {
        var outcome = head.outcome();
        if (outcome == null) {
            var queued = head.queued();
            return queued == null ? (state(head) == State.PENDING ? "waiting: " : "running: ") + done(head) : queued;
        }
        return switch (outcome) {
            case SUCCESS -> head.finished() ? passed(run, head) : "passed: all that must, " + done(head);
            case FAILURE -> "failed: " + failed(run, head);
            case TIMEOUT -> "timed out: " + failed(run, head);
            case ERROR -> "error: " + failed(run, head);
            case CANCELLED -> "cancelled: " + done(head);
            case SKIPPED -> "skipped: none of " + Words.tasks(head.counts().total()) + " was run";
        };
    }

    private static String done(RunHead head) {
        int done = head.counts().of(TaskPhase.FINISHED);
        return done + " of " + Words.tasks(head.counts().total()) + " done";
    }

    private static String passed(RunState run, RunHead head) {
        var counts = head.counts();
        int failed = counts.of(Outcome.FAILURE) + counts.of(Outcome.ERROR) + counts.of(Outcome.TIMEOUT);
        int unrun = counts.of(Outcome.SKIPPED) + counts.of(Outcome.CANCELLED);
        return "passed: " + Words.tasks(counts.of(Outcome.SUCCESS)) + " in "
                + Words.span(head.finishedAt() - run.createdAt())
                + (failed == 0 ? "" : ", " + failed + " that may fail did")
                + (unrun == 0 ? "" : ", " + unrun + " not run");
    }

    private static String failed(RunState run, RunHead head) {
        var failed = head.failed();
        var names = failed.first().stream().map(task -> run.facts(task).name()).collect(Collectors.joining(", "));
        int more = failed.count() - failed.first().size();
        return failed.count() + " of " + Words.tasks(head.counts().total()) + (names.isEmpty() ? "" : ": " + names)
                + (more > 0 ? " and " + more + " more" : "");
    }
}
