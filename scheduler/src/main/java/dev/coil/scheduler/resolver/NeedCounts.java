package dev.coil.scheduler.resolver;

import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Turn;
import java.util.Objects;

/**
 * Counts anew which needs of a waiting task are open, after some of them have been run again. A need that has ended but has yet to tell
 * the task is open still, or it would be counted twice.
 */
final class NeedCounts {

    private final Agenda agenda;

    NeedCounts(Agenda agenda) {
        this.agenda = agenda;
    }

    TaskState.Needs count(Turn turn, long serial, int index) {
        int open = 0;
        boolean unmet = false;
        for (var need : turn.spec(serial, index).needs()) {
            var needed = Objects.requireNonNull(turn.task(serial, need.task()));
            if (needed.status() != TaskStatus.FINISHED || isYetToTell(turn, serial, need.task(), index)) {
                open++;
            } else {
                unmet |= !Admission.satisfies(needed, Admission.bits(need));
            }
        }
        return new TaskState.Needs(open, unmet);
    }

    private boolean isYetToTell(Turn turn, long serial, int need, int index) {
        var telling = new Cursor(Cursor.Kind.DEPENDENTS, serial, need, 0, "");
        if (agenda.contains(telling)) {
            return true;
        }
        var stored = turn.state().get(Table.CURSORS, telling.key());
        return stored != null && stored.next() <= index;
    }
}
