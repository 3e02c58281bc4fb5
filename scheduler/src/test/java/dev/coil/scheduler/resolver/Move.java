package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.Timer;
import java.util.ArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A command that may come at any time, as it is then.
 *
 * @param command of the state then; {@code null} if it would say nothing
 */
record Move(String name, long offset, Function<State, @Nullable Command> command) {

    static Move of(String name, Command command) {
        return new Move(name, 1_000, state -> command);
    }

    static Move timer(Timer.Kind kind) {
        return new Move(kind + " timer", 1_000, state -> {
            var due = new ArrayList<Command>();
            state.scan(Table.TIMERS, new byte[0], (key, at) -> {
                var timer = Timer.ofKey(key);
                return timer.kind() != kind || due.add(new Command.FireTimer(epoch(state), timer.id()));
            });
            return due.isEmpty() ? null : due.get(0);
        });
    }

    static Move goOn() {
        return new Move("continue", 1_000, state -> {
            var cursors = new ArrayList<Cursor>();
            state.scan(Table.CURSORS, new byte[0], (key, cursor) -> cursors.add(cursor));
            return cursors.isEmpty()
                    ? null
                    : new Command.Continue(epoch(state), cursors.get(0).id());
        });
    }

    static Move owner(String name, long epoch) {
        return new Move(name, epoch, state -> epoch(state) < epoch ? new Command.StartEpoch(name) : null);
    }

    private static long epoch(State state) {
        return Meta.EPOCH.get(state);
    }
}
