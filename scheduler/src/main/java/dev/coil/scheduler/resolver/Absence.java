package dev.coil.scheduler.resolver;

import dev.coil.protocol.event.Rejection;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;

/** Why there is no run of a number: there never was one, or it has been forgotten. Numbers are given without gaps and never again. */
record Absence(Rejection rejection, String message) {

    static Absence of(Turn turn, String project, int run) {
        return wasForgotten(turn, project, run)
                ? new Absence(
                        Rejection.FORGOTTEN,
                        project + "#" + run
                                + " was forgotten: finished runs are kept as long as --keep-runs and --keep-for of 'coil up' say")
                : new Absence(Rejection.UNKNOWN_RUN, project + " has no run " + run);
    }

    static boolean wasForgotten(Turn turn, String project, int run) {
        var last = turn.state().get(Table.PROJECTS, Keys.text(project));
        return last != null && run >= 1 && run <= last && turn.serial(project, run) == null;
    }
}
