package dev.coil.scheduler.resolver;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.scheduler.state.GroupMember;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Turn;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The concurrency groups of tasks: a task whose needs have ended gets a place, or waits until one of the group has ended. */
final class TaskGroups {

    private final TaskFlow tasks;

    TaskGroups(TaskFlow tasks) {
        this.tasks = tasks;
    }

    /** A task is to be run: returns it with a place or, if it has to wait for one, {@code null}. */
    @Nullable
    TaskState enter(Turn turn, long serial, int index, TaskState task) {
        if (!task.has(TaskState.CONCURRENCY) || task.has(TaskState.PLACE)) {
            return task;
        }
        var limit = limit(turn, serial, index);
        var group = group(turn, serial, limit);
        if (limit.cancelInProgress()) {
            cancelOthers(turn, group, serial, index);
        }
        if (Places.enter(turn, group, limit, serial, index)) {
            return task.with(TaskState.PLACE);
        }
        turn.put(serial, index, task.to(TaskStatus.BLOCKED));
        var info = turn.info(serial);
        var holders = Places.holders(turn, group, 1);
        turn.emit(new Event.TaskBlocked(
                info.project(),
                info.number(),
                index,
                limit.group(),
                holders.isEmpty()
                        ? null
                        : turn.ref(
                                turn.info(holders.get(0).serial()),
                                holders.get(0).task())));
        return null;
    }

    private void cancelOthers(Turn turn, byte[] group, long serial, int index) {
        var name = turn.info(serial).project() + "#" + turn.info(serial).number() + " "
                + turn.spec(serial, index).name();
        var reason = "replaced by " + name + ", which is of the same concurrency group";
        // First those in line, so that none of them gets the place of another.
        for (var waiting : Places.inLine(turn, group)) {
            if (waiting(turn, waiting) != null) {
                tasks.stop(turn, waiting.serial(), waiting.task(), reason);
            }
        }
        for (var holder : Places.holders(turn, group, Integer.MAX_VALUE)) {
            tasks.stop(turn, holder.serial(), holder.task(), reason);
        }
    }

    /** A task that had a place has ended: the place is the next one's. */
    void leave(Turn turn, long serial, int index) {
        var group = group(turn, serial, limit(turn, serial, index));
        Places.leave(turn, group, serial, index);
        for (var next = Places.advance(turn, group); next != null; next = Places.advance(turn, group)) {
            var task = waiting(turn, next);
            if (task == null) {
                Places.leave(turn, group, next.serial(), next.task());
            } else {
                tasks.ready(turn, next.serial(), next.task(), task.with(TaskState.PLACE));
            }
        }
    }

    /** The task, if it is still waiting for its place. */
    private static @Nullable TaskState waiting(Turn turn, GroupMember member) {
        var task = turn.task(member.serial(), member.task());
        return task != null && task.status() == TaskStatus.BLOCKED ? task : null;
    }

    private static Concurrency limit(Turn turn, long serial, int index) {
        return Objects.requireNonNull(turn.spec(serial, index).concurrency());
    }

    private static byte[] group(Turn turn, long serial, Concurrency limit) {
        return Keys.group(false, turn.info(serial).project(), limit.group());
    }
}
