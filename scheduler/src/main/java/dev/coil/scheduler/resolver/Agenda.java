package dev.coil.scheduler.resolver;

import dev.coil.scheduler.state.Cursor;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** The work on many tasks that the command being folded has brought up. Empty between commands: what is left is stored. */
final class Agenda {

    private final ArrayDeque<Cursor> open = new ArrayDeque<>();

    void add(Cursor work) {
        open.add(work);
    }

    boolean contains(Cursor work) {
        return open.contains(work);
    }

    @Nullable
    Cursor poll() {
        return open.poll();
    }
}
