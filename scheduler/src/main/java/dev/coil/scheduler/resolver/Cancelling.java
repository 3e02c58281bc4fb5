package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Outcome;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Turn;
import org.jspecify.annotations.Nullable;

/**
 * How runs and tasks are cancelled. What waits for a worker or runs ends at once; what waits for needs ends when they have, so that
 * tasks with {@code if: always()} or {@code cancelled()} still clean up. Cancelling a cancelled run stops those as well.
 */
final class Cancelling {

    private final TaskFlow tasks;
    private final Progress progress;

    Cancelling(TaskFlow tasks, Progress progress) {
        this.tasks = tasks;
        this.progress = progress;
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
            turn.put(serial, turn.run(serial).cancel());
            turn.emit(new Event.RunCancelled(cancel.project(), cancel.run(), cancel.reason()));
            answer(turn, cancel, null, "");
            progress.start(new Cursor(Cursor.Kind.CANCEL, serial, 0, 0, cancel.reason()));
        }
    }

    private void cancelTask(Turn turn, Command.CancelRun cancel, long serial, int index) {
        var task = turn.task(serial, index);
        if (task == null) {
            answer(turn, cancel, Rejection.UNKNOWN_TASK, "the run has no task " + index);
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
