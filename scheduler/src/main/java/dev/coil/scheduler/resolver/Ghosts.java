package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Effect;
import dev.coil.scheduler.turn.Turn;
import java.util.TreeSet;

/** Tuples of forgotten runs, which a zombie put into the space: a claim on one takes it out, wherever it is. */
final class Ghosts {

    private Ghosts() {}

    /** What the task required is forgotten as well, so every family is told. */
    static void withdraw(Turn turn, Command.ClaimTask claim) {
        if (!Absence.wasForgotten(turn, claim.project(), claim.run())) {
            return;
        }
        var families = new TreeSet<String>();
        turn.state().scan(Table.CLASSES, new byte[0], (key, canonical) -> {
            families.add(Requirement.parse(canonical).family());
            return true;
        });
        var task = new TaskRef(claim.project(), claim.run(), claim.task());
        var tombstone = new Tombstone(turn.epoch(), claim.attempt(), null, "its run was forgotten");
        families.forEach(family -> turn.add(new Effect.Withdraw(family, task, tombstone)));
    }
}
