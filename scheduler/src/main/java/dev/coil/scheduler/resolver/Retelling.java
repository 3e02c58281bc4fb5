package dev.coil.scheduler.resolver;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.PresentWorkers;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/** Tells again what a reader has to know besides the runs, so that it may begin here: who is present, what is paused, and what nobody can take. */
final class Retelling {

    private Retelling() {}

    static void tellAgain(Turn turn, PresentWorkers workers) {
        Meta.TOLD_AGAIN.set(turn.state(), turn.nextSeq());
        if (Meta.CHANGES_TOLD.get(turn.state()) == 0) {
            var all = new ArrayList<WorkerInfo>();
            turn.state().scan(Table.WORKERS, new byte[0], (key, worker) -> all.add(worker));
            turn.emit(new Event.WorkersReported(all));
        } else {
            tellWorkers(turn, workers);
        }
        turn.state().scan(Table.PAUSES, new byte[0], (byte[] key, Pause pause) -> {
            turn.emit(new Event.Paused(pause));
            return true;
        });
        turn.state().scan(Table.SHORTAGES, new byte[0], (key, reason) -> {
            var requirement = Objects.requireNonNull(turn.state().get(Table.CLASSES, key));
            turn.emit(new Event.RequirementUnmet(Requirement.parse(requirement), reason));
            return true;
        });
    }

    /**
     * Who begins to read here has all of them in the end, and who comes from before has nobody left whose end it missed: each piece
     * tells of everybody in its part of the alphabet.
     */
    private static void tellWorkers(Turn turn, PresentWorkers workers) {
        var sorted = List.copyOf(new TreeMap<>(workers.all()).values());
        String after = null;
        int first = 0;
        do {
            int end = Math.min(first + PresentWorkers.AT_ONCE, sorted.size());
            var upTo = end == sorted.size() ? null : sorted.get(end - 1).incarnation();
            turn.emit(new Event.WorkersRetold(after, upTo, List.copyOf(sorted.subList(first, end))));
            after = upTo;
            first = end;
        } while (first < sorted.size());
    }
}
