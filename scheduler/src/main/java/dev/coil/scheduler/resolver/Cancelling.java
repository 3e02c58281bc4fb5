package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Outcome;
import dev.coil.scheduler.state.RunStatus;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Turn;
import org.jspecify.annotations.Nullable;

/**
 * How runs and tasks are cancelled. What waits for a worker or runs ends at once; what waits for needs ends when they have, so that
 * tasks with {@code if: always()} or {@code cancelled()} still clean up. Cancelling a cancelled run stops those as well.
 */
final class Cancelling {

    private final TaskFlow tasks;
    private final RunGroups runs;

    Cancelling(TaskFlow tasks, RunGroups runs) {
        this.tasks = tasks;
        this.runs = runs;
    }

    void cancel(Turn turn, Command.CancelRun cancel) {
        var serial = turn.serial(cancel.project(), cancel.run());
        if (serial == null) {
            answer(turn, cancel, Rejection.UNKNOWN_RUN, cancel.project() + " has no run " + cancel.run());
        } else if (cancel.task() != null) {
            cancelTask(turn, cancel, serial, cancel.task());
        } else if (turn.run(serial).finished()) {
            answer(turn, cancel, Rejection.ALREADY_FINISHED, "the run has finished already");
        } else {
            runs.cancel(turn, serial, cancel.reason());
            answer(turn, cancel, null, "");
        }
    }

    private void cancelTask(Turn turn, Command.CancelRun cancel, long serial, int index) {
        var task = turn.task(serial, index);
        if (task == null) {
            answer(turn, cancel, Rejection.UNKNOWN_TASK, "the run has no task " + index);
        } else if (turn.run(serial).status() == RunStatus.QUEUED) {
            answer(
                    turn,
                    cancel,
                    Rejection.NOT_STARTED,
                    "the run waits for a place in its concurrency group; until it has one it can only be cancelled as a whole");
        } else if (task.status() == TaskStatus.FINISHED) {
            answer(turn, cancel, Rejection.ALREADY_FINISHED, "the task has ended already");
        } else {
            tasks.end(turn, serial, index, task, Outcome.CANCELLED, null, cancel.reason(), EndKind.CANCELLED);
            answer(turn, cancel, null, "");
        }
    }

    private static void answer(Turn turn, Command.CancelRun cancel, @Nullable Rejection rejection, String message) {
        turn.emit(new Event.RequestAnswered(cancel.requestId(), cancel.project(), cancel.run(), rejection, message));
    }
}
