package dev.coil.scheduler.resolver;

import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
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
            long accept = Admission.bits(need);
            if (!Admission.hasEnded(turn, serial, need.task(), needed, accept)
                    || isYetToTell(turn, serial, need.task(), index, accept)) {
                open++;
            } else {
                unmet |= !Admission.satisfies(turn, serial, need.task(), needed, accept);
            }
        }
        return new TaskState.Needs(open, unmet);
    }

    private boolean isYetToTell(Turn turn, long serial, int need, int index, long accept) {
        var telling = new Cursor(Admission.toldBy(turn, serial, need, accept), serial, need, 0, "");
        if (agenda.contains(telling)) {
            return true;
        }
        var stored = turn.state().get(Table.CURSORS, telling.key());
        return stored != null && stored.next() <= index;
    }
}
