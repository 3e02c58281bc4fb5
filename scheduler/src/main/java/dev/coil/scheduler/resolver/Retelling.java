package dev.coil.scheduler.resolver;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.util.ArrayList;
import java.util.Objects;

/** Tells again what a reader has to know besides the runs, so that it may begin here: who is present, what is paused, and what nobody can take. */
final class Retelling {

    private Retelling() {}

    static void tellAgain(Turn turn) {
        Meta.TOLD_AGAIN.set(turn.state(), turn.nextSeq());
        var workers = new ArrayList<WorkerInfo>();
        turn.state().scan(Table.WORKERS, new byte[0], (key, worker) -> workers.add(worker));
        turn.emit(new Event.WorkersReported(workers));
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
}
