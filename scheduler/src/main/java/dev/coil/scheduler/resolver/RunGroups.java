package dev.coil.scheduler.resolver;

import dev.coil.protocol.event.Event;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.GroupMember;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.RunInfo;
import dev.coil.scheduler.state.RunStatus;
import dev.coil.scheduler.turn.Turn;
import java.util.Objects;

/** The concurrency groups of runs: a run starts when it has a place, which it gives up when it has finished. */
final class RunGroups {

    private final Agenda agenda;

    RunGroups(Agenda agenda) {
        this.agenda = agenda;
    }

    /** A new run starts, or waits for a place. */
    void enter(Turn turn, long serial) {
        var info = turn.info(serial);
        var limit = info.concurrency();
        if (limit == null) {
            start(turn, serial, false);
            return;
        }
        var group = group(info);
        if (limit.cancelInProgress()) {
            cancelOthers(turn, group, info);
        }
        if (Places.enter(turn, group, limit, serial, GroupMember.RUN)) {
            start(turn, serial, true);
        } else {
            var holders = Places.holders(turn, group, 1);
            int behind =
                    holders.isEmpty() ? 0 : turn.info(holders.get(0).serial()).number();
            turn.emit(new Event.RunQueued(info.project(), info.number(), limit.group(), behind));
        }
    }

    /** A finished run is started again, with a place if one is free. Returns whether it could. */
    boolean reenter(Turn turn, long serial) {
        var info = turn.info(serial);
        var limit = info.concurrency();
        if (limit == null) {
            return true;
        }
        var group = group(info);
        return Places.take(turn, group, limit, serial, GroupMember.RUN);
    }

    private void start(Turn turn, long serial, boolean place) {
        turn.put(serial, turn.run(serial).start(place));
        agenda.add(new Cursor(Cursor.Kind.ROOTS, serial, 0, 0, ""));
    }

    /** A run that waits for a place does so no longer, as it was cancelled: its tasks come to their ends. */
    void giveUp(Turn turn, long serial) {
        if (turn.run(serial).status() == RunStatus.QUEUED) {
            start(turn, serial, false);
        }
    }

    private void cancelOthers(Turn turn, byte[] group, RunInfo newcomer) {
        var reason = "superseded by " + newcomer.project() + "#" + newcomer.number();
        Places.inLine(turn, group).forEach(waiting -> supersede(turn, waiting.serial(), reason));
        Places.holders(turn, group, Integer.MAX_VALUE).forEach(holder -> supersede(turn, holder.serial(), reason));
    }

    /** One that is cancelled already may go on cleaning up. */
    private void supersede(Turn turn, long serial, String reason) {
        if (turn.isKnown(serial) && !turn.run(serial).cancelled()) {
            cancel(turn, serial, reason);
        }
    }

    /** Cancels a run that has not finished. */
    void cancel(Turn turn, long serial, String reason) {
        var run = turn.run(serial);
        if (run.finished()) {
            return;
        }
        var info = turn.info(serial);
        turn.put(serial, run.cancel());
        turn.emit(new Event.RunCancelled(info.project(), info.number(), reason));
        giveUp(turn, serial);
        agenda.add(new Cursor(Cursor.Kind.CANCEL, serial, 0, 0, reason));
    }

    /** A run that had a place has finished: the place is the next one's. */
    void leave(Turn turn, long serial) {
        var group = group(turn.info(serial));
        Places.leave(turn, group, serial, GroupMember.RUN);
        for (var next = Places.advance(turn, group); next != null; next = Places.advance(turn, group)) {
            if (turn.isKnown(next.serial()) && turn.run(next.serial()).status() == RunStatus.QUEUED) {
                var info = turn.info(next.serial());
                turn.emit(new Event.RunStarted(info.project(), info.number()));
                start(turn, next.serial(), true);
            } else {
                Places.leave(turn, group, next.serial(), GroupMember.RUN);
            }
        }
    }

    private static byte[] group(RunInfo run) {
        return Keys.group(
                true, run.project(), Objects.requireNonNull(run.concurrency()).group());
    }
}
