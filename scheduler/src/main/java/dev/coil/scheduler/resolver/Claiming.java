package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.control.Control;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.Tombstone;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Effect;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.Lanes;
import dev.coil.scheduler.window.Pauses;
import dev.coil.scheduler.window.Publication;
import org.jspecify.annotations.Nullable;

/** What workers say of ready tasks: they take them, end them, or give them back. */
final class Claiming {

    /** How much longer than the task's own timeout the owner waits before it ends an attempt itself. */
    private static final long GRACE_MILLIS = 60_000;

    private final Publication publication;
    private final Pauses pauses;
    private final Lanes lanes;
    private final TaskFlow tasks;
    private final HeldClaims claims;
    private final Generating generating;

    Claiming(
            Publication publication,
            Pauses pauses,
            Lanes lanes,
            TaskFlow tasks,
            HeldClaims claims,
            Generating generating) {
        this.publication = publication;
        this.pauses = pauses;
        this.lanes = lanes;
        this.tasks = tasks;
        this.claims = claims;
        this.generating = generating;
    }

    /** The first valid claim that the fold meets wins; every other one makes the owner say again what is so. */
    void claim(Turn turn, Command.ClaimTask claim) {
        var serial = turn.serial(claim.project(), claim.run());
        var task = serial == null ? null : turn.task(serial, claim.task());
        if (serial == null || task == null) {
            Ghosts.withdraw(turn, claim);
            return;
        }
        if (turn.state().get(Table.LOST, Keys.text(claim.claim().incarnation())) != null) {
            turn.add(new Effect.Order(new Control.StopClaim(claim.claim(), "this worker was given up as lost")));
        } else if (task.status() == TaskStatus.READY && task.attempt() == claim.attempt()) {
            claimReady(turn, serial, claim, task);
        } else if (task.status() == TaskStatus.READY) {
            if (!publication.repeat(turn, serial, claim.task(), task)) {
                withdraw(turn, serial, claim.task(), task, null, "not to be had yet");
            }
        } else {
            withdraw(turn, serial, claim.task(), task, task.claim(), task.claim() == null ? "ended" : null);
        }
    }

    private void claimReady(Turn turn, long serial, Command.ClaimTask claim, TaskState task) {
        var cancel = cancelUnderway(turn, serial, claim.task());
        var pause = pauses.ofLane(turn, task.lane());
        var drained = pauses.ofWorker(claim.worker());
        if (cancel != null) {
            tasks.stop(turn, serial, claim.task(), cancel.reason());
        } else if (pause != null) {
            withdraw(turn, serial, claim.task(), task, null, "paused: " + pause.scope());
        } else if (drained != null) {
            // It let its copy of the tuple go when it claimed, so it and all others are shown it again.
            withdraw(turn, serial, claim.task(), task, null, "this worker is to take nothing new");
            publication.repeat(turn, serial, claim.task(), task);
        } else {
            accept(turn, serial, claim, task);
        }
    }

    /** The cancellation that has yet to come to this task, as its run is large: what is claimed meanwhile must not start. */
    private static @Nullable Cursor cancelUnderway(Turn turn, long serial, int index) {
        if (!turn.run(serial).cancelled()) {
            return null;
        }
        var cursor = turn.state().get(Table.CURSORS, new Cursor(Cursor.Kind.CANCEL, serial, 0, 0, "").key());
        return cursor == null || cursor.next() > index ? null : cursor;
    }

    private void accept(Turn turn, long serial, Command.ClaimTask claim, TaskState ready) {
        int index = claim.task();
        if (ready.timer() > 0) {
            Timer.of(ready, serial, index).clear(turn.state());
        }
        publication.retract(turn, serial, index, ready);
        long due = 0;
        if (ready.has(TaskState.RUN_TIMEOUT)) {
            due = turn.now() + turn.spec(serial, index).timeoutMillis() + GRACE_MILLIS;
            new Timer(due, Timer.Kind.RUN, serial, index, ready.attempt()).set(turn.state());
        }
        claims.hold(turn, claim.claim(), serial, index);
        turn.put(
                serial,
                index,
                ready.to(TaskStatus.RUNNING).withClaim(claim.claim()).withTimer(due));
        withdraw(turn, serial, index, ready, claim.claim(), null);
        turn.emit(new Event.TaskClaimed(
                claim.project(), claim.run(), index, ready.attempt(), claim.claim(), claim.worker()));
    }

    private void withdraw(
            Turn turn, long serial, int index, TaskState task, @Nullable ClaimId winner, @Nullable String reason) {
        turn.add(new Effect.Withdraw(
                lanes.requirement(turn, task.lane()).family(),
                turn.ref(turn.info(serial), index),
                new Tombstone(turn.epoch(), task.attempt(), winner, reason)));
    }

    void finish(Turn turn, Command.FinishTask finish) {
        var held = held(turn, finish.project(), finish.run(), finish.task(), finish.attempt(), finish.claim());
        if (held == null) {
            return;
        }
        var result = generating.accept(turn, held.serial(), finish.task(), held.task(), finish.result());
        tasks.attemptEnded(turn, held.serial(), finish.task(), held.task(), result);
    }

    void abandon(Turn turn, Command.AbandonClaim abandon) {
        var held = held(turn, abandon.project(), abandon.run(), abandon.task(), abandon.attempt(), abandon.claim());
        if (held != null) {
            tasks.giveBack(turn, held.serial(), abandon.task(), held.task(), abandon.reason());
        }
    }

    /** A claim that was only just accepted is held; one of a worker that was given up, or of an attempt that ended, is not. */
    void confirm(Turn turn, Command.ConfirmClaim confirm) {
        var held = held(turn, confirm.project(), confirm.run(), confirm.task(), confirm.attempt(), confirm.claim());
        turn.emit(new Event.RequestAnswered(
                confirm.requestId(),
                confirm.project(),
                confirm.run(),
                held == null ? Rejection.CLAIM_LOST : null,
                held == null ? "this attempt is no longer the worker's" : ""));
    }

    /** A task that runs under somebody's claim. */
    record Held(long serial, TaskState task) {}

    /** The task, if it runs under exactly this claim. */
    static @Nullable Held held(Turn turn, String project, int run, int index, int attempt, ClaimId claim) {
        var serial = turn.serial(project, run);
        var task = serial == null ? null : turn.task(serial, index);
        return serial != null
                        && task != null
                        && task.status() == TaskStatus.RUNNING
                        && task.attempt() == attempt
                        && claim.equals(task.claim())
                ? new Held(serial, task)
                : null;
    }
}
