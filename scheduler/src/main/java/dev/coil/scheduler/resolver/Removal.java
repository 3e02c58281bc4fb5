package dev.coil.scheduler.resolver;

import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import org.jspecify.annotations.Nullable;

/** Removes what is stored of each task of a run that nobody can reach any more, so much at once as other work on many tasks. */
final class Removal {

    private Removal() {}

    /** Goes on with the cursor's task, from its dependent {@code next} on. Returns what is left; {@code null} if nothing is. */
    static @Nullable Cursor advance(Turn turn, Cursor cursor, int budget, int[] used) {
        long serial = cursor.serial();
        int from = cursor.next();
        for (int task = cursor.task(); turn.task(serial, task) != null; task++) {
            if (used[0] >= budget) {
                return at(serial, task, from);
            }
            int next = removeEdges(turn, serial, task, from, budget, used);
            if (next >= 0) {
                return at(serial, task, next);
            }
            var key = Keys.task(serial, task);
            turn.state().delete(Table.ROOTS, key);
            turn.state().delete(Table.RESULTS, key);
            turn.state().delete(Table.GENERATIONS, key);
            turn.state().delete(Table.GENERATORS, key);
            turn.state().delete(Table.SPECS, key);
            turn.state().delete(Table.TASKS, key);
            used[0]++;
            from = 0;
        }
        return null;
    }

    private static Cursor at(long serial, int task, int dependent) {
        return new Cursor(Cursor.Kind.FORGET, serial, task, dependent, "");
    }

    /** Returns the dependent to go on from, or -1 when none is left. */
    private static int removeEdges(Turn turn, long serial, int task, int from, int budget, int[] used) {
        int[] next = {-1};
        turn.state().scan(Table.DEPENDENTS, Keys.task(serial, task), Keys.dependent(serial, task, from), (key, one) -> {
            if (used[0] >= budget) {
                next[0] = Keys.last(key);
                return false;
            }
            used[0]++;
            turn.state().delete(Table.DEPENDENTS, key);
            return true;
        });
        return next[0];
    }
}
