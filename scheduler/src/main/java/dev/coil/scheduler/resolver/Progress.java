package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Turn;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Work that spreads over many tasks: releasing roots, telling dependents, cancelling. One command does a bounded part of it; the rest
 * is a stored cursor, which {@code Continue} commands advance.
 */
final class Progress {

    /** How many tasks one command touches at most beyond its own. */
    static final int STEPS = 500;

    private final Agenda agenda;
    private final TaskFlow tasks;
    private final Generating generating;
    private final int most;

    Progress(Agenda agenda, TaskFlow tasks, Generating generating, int most) {
        this.agenda = agenda;
        this.tasks = tasks;
        this.generating = generating;
        this.most = most;
    }

    void run(Turn turn) {
        int steps = most;
        for (var cursor = agenda.poll(); cursor != null; cursor = agenda.poll()) {
            if (steps <= 0) {
                store(turn, cursor);
                continue;
            }
            int[] used = {0};
            int budget = steps;
            var rest = advance(turn, cursor, budget, used);
            steps -= Math.max(1, used[0]);
            if (rest != null) {
                store(turn, rest);
            }
        }
    }

    /** Does at once all that is underway in a run, however much, so that nobody has been told of half of something. */
    void finish(Turn turn, long serial) {
        for (var kind : Cursor.Kind.values()) {
            turn.state().scan(Table.CURSORS, Keys.text(kind + "/" + serial + "/"), (key, cursor) -> {
                turn.state().delete(Table.CURSORS, key);
                agenda.add(cursor);
                return true;
            });
        }
        var ofOthers = new ArrayList<Cursor>();
        for (var cursor = agenda.poll(); cursor != null; cursor = agenda.poll()) {
            if (cursor.serial() == serial) {
                advance(turn, cursor, Integer.MAX_VALUE, new int[1]);
            } else {
                ofOthers.add(cursor);
            }
        }
        ofOthers.forEach(agenda::add);
    }

    private static void store(Turn turn, Cursor cursor) {
        turn.state().put(Table.CURSORS, cursor.key(), cursor);
        turn.append(new Command.Continue(turn.epoch(), cursor.id()));
    }

    /** Goes on with a stored cursor, if it is still where the command says. */
    void proceed(Turn turn, Command.Continue more) {
        var key = Keys.text(more.cursor().substring(0, more.cursor().lastIndexOf('/')));
        var cursor = turn.state().get(Table.CURSORS, key);
        if (cursor != null && cursor.id().equals(more.cursor())) {
            turn.state().delete(Table.CURSORS, key);
            agenda.add(cursor);
        }
    }

    /** Returns what is left; {@code null} if nothing is. */
    private @Nullable Cursor advance(Turn turn, Cursor cursor, int budget, int[] used) {
        if (cursor.kind() == Cursor.Kind.FORGET) {
            return Removal.advance(turn, cursor, budget, used);
        }
        int next = spread(turn, cursor, budget, used);
        return next < 0 ? null : new Cursor(cursor.kind(), cursor.serial(), cursor.task(), next, cursor.reason());
    }

    /** Returns the index to go on from, or -1 when nothing is left. */
    private int spread(Turn turn, Cursor cursor, int budget, int[] used) {
        int[] next = {-1};
        long serial = cursor.serial();
        var incomplete = new HashMap<Integer, Boolean>();
        switch (cursor.kind()) {
            case ROOTS ->
                turn.state().scan(Table.ROOTS, Keys.number(serial), Keys.task(serial, cursor.next()), (key, one) -> {
                    if (used[0] == budget) {
                        next[0] = Keys.last(key);
                        return false;
                    }
                    used[0]++;
                    var root = Objects.requireNonNull(turn.task(serial, Keys.last(key)));
                    if (root.has(TaskState.GENERATED)
                            && incomplete.computeIfAbsent(
                                    Generations.generator(turn, serial, Keys.last(key)),
                                    generator -> Generating.isIncomplete(turn, serial, generator))) {
                        // When all of them are there, the roots are gone through once more.
                        return true;
                    }
                    turn.state().delete(Table.ROOTS, key);
                    // One that somebody has cancelled meanwhile has ended.
                    if (root.status() == TaskStatus.WAITING) {
                        tasks.release(turn, serial, Keys.last(key));
                    }
                    return true;
                });
            case DEPENDENTS, GENERATION ->
                turn.state()
                        .scan(
                                Table.DEPENDENTS,
                                Keys.task(serial, cursor.task()),
                                Keys.dependent(serial, cursor.task(), cursor.next()),
                                (key, accept) -> {
                                    if (used[0] == budget) {
                                        next[0] = Keys.last(key);
                                        return false;
                                    }
                                    used[0]++;
                                    if (cursor.kind() == Admission.toldBy(turn, serial, cursor.task(), accept)) {
                                        tasks.needEnded(turn, serial, cursor.task(), Keys.last(key), accept);
                                    }
                                    return true;
                                });
            case GENERATED -> next[0] = generating.advance(turn, cursor, budget, used);
            case CANCEL ->
                turn.state().scan(Table.TASKS, Keys.number(serial), Keys.task(serial, cursor.next()), (key, task) -> {
                    if (used[0] == budget) {
                        next[0] = Keys.last(key);
                        return false;
                    }
                    used[0]++;
                    tasks.stop(turn, serial, Keys.last(key), cursor.reason());
                    return true;
                });
            case FORGET -> throw new IllegalStateException("what is removed tells nobody: " + cursor);
        }
        return next[0];
    }
}
