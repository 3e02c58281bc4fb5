package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Outcome;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.RunStatus;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Turn;
import java.util.ArrayList;
import java.util.List;
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
            var absence = Absence.of(turn, cancel.project(), cancel.run());
            answer(turn, cancel, absence.rejection(), absence.message());
        } else if (cancel.task() != null) {
            cancelTask(turn, cancel, serial, cancel.task());
        } else if (turn.run(serial).finished()) {
            answer(turn, cancel, Rejection.ALREADY_FINISHED, "the run has finished already");
        } else {
            runs.cancel(turn, serial, cancel.reason());
            answer(turn, cancel, null, "");
        }
    }

    /** One command, so that no run of the project can come between. */
    void cancelRef(Turn turn, Command.CancelRef cancel) {
        if (turn.state().get(Table.PROJECTS, Keys.text(cancel.project())) == null) {
            var message = "there is no project " + cancel.project();
            answer(turn, cancel, Rejection.UNKNOWN_PROJECT, message, List.of());
            return;
        }
        var numbers = new ArrayList<Integer>();
        for (long serial : open(turn, cancel)) {
            numbers.add(turn.info(serial).number());
            runs.cancel(turn, serial, cancel.reason());
        }
        answer(turn, cancel, null, "", numbers);
    }

    private static List<Long> open(Turn turn, Command.CancelRef cancel) {
        var open = new ArrayList<Long>();
        turn.state().scan(Table.OPEN_RUNS, new byte[0], (key, one) -> {
            long serial = Keys.number(key);
            var info = turn.info(serial);
            // What is cancelled already goes on cleaning up: this may be said again, after an answer that did not come.
            if (!turn.run(serial).cancelled()
                    && info.project().equals(cancel.project())
                    && isNamed(info.source().ref(), cancel.ref())) {
                open.add(serial);
            }
            return true;
        });
        return open;
    }

    /** As git takes names of branches and tags. */
    private static boolean isNamed(String ref, String name) {
        return ref.equals(name)
                || ref.equals("refs/" + name)
                || ref.equals("refs/heads/" + name)
                || ref.equals("refs/tags/" + name);
    }

    private static void answer(
            Turn turn, Command.CancelRef cancel, @Nullable Rejection rejection, String message, List<Integer> numbers) {
        turn.emit(new Event.RequestAnswered(cancel.requestId(), cancel.project(), 0, rejection, message, numbers));
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
