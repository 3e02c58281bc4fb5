package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.FinishedRun;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.RunInfo;
import dev.coil.scheduler.state.StagedSubmission;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.nio.ByteBuffer;
import java.util.ArrayList;

/**
 * How finished runs are forgotten. Whether one is old enough is the owner's to judge; here it is made sure that nobody can miss it: every
 * task of it has ended, and nothing that was begun in it has still to go on. Readers are told first; what is stored is removed step by step.
 */
final class Forgetting {

    /** How long the submission id of a forgotten run still gives that run, so that a late repetition makes no second one. */
    private static final long ID_KEPT_MILLIS = 7 * 86_400_000L;

    /** Of ids that are no longer kept: more than one, so that their number shrinks. */
    private static final int MOST_IDS = 10;

    private final Agenda agenda;

    Forgetting(Agenda agenda) {
        this.agenda = agenda;
    }

    /** Tasks of a submission were staged; the event that tells of them is the next one. */
    static void staged(Turn turn, long serial, String submission) {
        var key = Keys.number(serial);
        turn.state().put(Table.STAGED, key, new StagedSubmission(submission, turn.now()));
        if (turn.state().get(Table.BEGINNINGS, key) == null) {
            turn.state().put(Table.BEGINNINGS, key, turn.nextSeq());
        }
    }

    static void finished(Turn turn, long serial, RunInfo run) {
        turn.state().put(Table.FINISHED, Keys.number(serial), new FinishedRun(run.project(), run.number(), turn.now()));
    }

    static void reopened(Turn turn, long serial) {
        turn.state().delete(Table.FINISHED, Keys.number(serial));
    }

    void forget(Turn turn, Command.ForgetRun forget) {
        dropOldIds(turn);
        var serial = turn.serial(forget.project(), forget.run());
        if (serial == null || !turn.run(serial).finished() || isUnderway(turn, serial)) {
            return;
        }
        var state = turn.state();
        state.put(
                Table.FORGOTTEN, Keys.at(turn.now(), serial), turn.info(serial).id());
        state.delete(Table.RUN_NUMBERS, Keys.runNumber(forget.project(), forget.run()));
        state.delete(Table.RUN_INFOS, Keys.number(serial));
        state.delete(Table.RUNS, Keys.number(serial));
        state.delete(Table.FINISHED, Keys.number(serial));
        turn.emit(new Event.RunForgotten(forget.project(), forget.run()));
        remove(turn, serial);
    }

    /** Tasks can be cancelled one by one before their turn comes in work on all of them. */
    private static boolean isUnderway(Turn turn, long serial) {
        boolean[] any = {false};
        for (var kind : Cursor.Kind.values()) {
            turn.state().scan(Table.CURSORS, Keys.text(kind + "/" + serial + "/"), (key, cursor) -> {
                any[0] = true;
                return false;
            });
        }
        return any[0];
    }

    void drop(Turn turn, Command.DropSubmission drop) {
        var key = Keys.text(drop.submission());
        var submission = turn.state().get(Table.SUBMISSIONS, key);
        var staged = submission == null ? null : turn.state().get(Table.STAGED, Keys.number(submission.serial()));
        if (submission == null || staged == null || !isAbandoned(staged, turn.now())) {
            return;
        }
        turn.state().delete(Table.SUBMISSIONS, key);
        turn.state().delete(Table.STAGED, Keys.number(submission.serial()));
        remove(turn, submission.serial());
    }

    private static boolean isAbandoned(StagedSubmission staged, long now) {
        return now - staged.at() >= StagedSubmission.ABANDONED_MILLIS;
    }

    private void remove(Turn turn, long serial) {
        turn.state().delete(Table.BEGINNINGS, Keys.number(serial));
        agenda.add(new Cursor(Cursor.Kind.FORGET, serial, 0, 0, ""));
    }

    private static void dropOldIds(Turn turn) {
        record Old(byte[] key, String id) {}
        var old = new ArrayList<Old>();
        long until = turn.now() - ID_KEPT_MILLIS;
        turn.state().scan(Table.FORGOTTEN, new byte[0], (key, id) -> {
            if (ByteBuffer.wrap(key).getLong() > until) {
                return false;
            }
            old.add(new Old(key, id));
            return old.size() < MOST_IDS;
        });
        for (var entry : old) {
            turn.state().delete(Table.FORGOTTEN, entry.key());
            turn.state().delete(Table.SUBMISSIONS, Keys.text(entry.id()));
        }
    }
}
