package dev.coil.scheduler.resolver;

import dev.coil.protocol.control.Control;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.space.Tombstone;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Effect;
import dev.coil.scheduler.turn.Turn;
import dev.coil.scheduler.window.Classes;
import dev.coil.scheduler.window.Publication;
import dev.coil.scheduler.window.Shortages;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The steps of a task, whatever command makes it take them. */
final class TaskFlow {

    private final Publication publication;
    private final Shortages shortages;
    private final Classes classes;
    private final HeldClaims claims;
    private final RunFlow runs;
    private EndListener onEnd = (serial, task) -> {};

    TaskFlow(Publication publication, Shortages shortages, Classes classes, HeldClaims claims, RunFlow runs) {
        this.publication = publication;
        this.shortages = shortages;
        this.classes = classes;
        this.claims = claims;
        this.runs = runs;
    }

    void onEnd(EndListener listener) {
        onEnd = listener;
    }

    /** Is told of each task with dependents that ended. */
    interface EndListener {
        void ended(long serial, int task);
    }

    /** All needs of a waiting task have ended: it becomes ready, or ends without having run. */
    void release(Turn turn, long serial, int index) {
        var task = Objects.requireNonNull(turn.task(serial, index));
        var skip = Admission.refuse(turn, serial, index, task, shortages);
        if (skip != null) {
            end(turn, serial, index, task, skip.outcome(), null, skip.reason(), skip.kind());
        } else {
            ready(turn, serial, index, task);
        }
    }

    /** A need of a task ended. */
    void needEnded(Turn turn, long serial, int need, int index, long accept) {
        var task = Objects.requireNonNull(turn.task(serial, index));
        if (task.status() != TaskStatus.WAITING || task.openNeeds() == 0) {
            return;
        }
        var ended = Objects.requireNonNull(turn.task(serial, need));
        if (ended.status() != TaskStatus.FINISHED) {
            return;
        }
        task = task.withNeeds(task.openNeeds() - 1, task.unmet() || !Admission.satisfies(ended, accept));
        turn.put(serial, index, task);
        if (task.openNeeds() == 0) {
            release(turn, serial, index);
        }
    }

    private void ready(Turn turn, long serial, int index, TaskState waiting) {
        long due = 0;
        int attempt = waiting.attempt() + 1;
        if (waiting.has(TaskState.QUEUE_TIMEOUT)) {
            due = turn.now() + turn.spec(serial, index).queueTimeoutMillis();
            new Timer(due, Timer.Kind.QUEUE, serial, index, attempt).set(turn.state());
        }
        var task = waiting.to(TaskStatus.READY).withAttempt(attempt).withTimer(due);
        turn.put(serial, index, task);
        var info = turn.info(serial);
        turn.emit(new Event.TaskReady(info.project(), info.number(), index, attempt));
        publication.offer(turn, serial, index, task);
        shortages.ready(turn, task.classNumber());
    }

    /** An attempt of a running task ended as an error: the task is tried again, after a pause, or ends if its budget is used up. */
    void failInfrastructure(
            Turn turn,
            long serial,
            int index,
            TaskState task,
            @Nullable AttemptResult result,
            String reason,
            boolean pause) {
        var spec = turn.spec(serial, index);
        if (task.infraErrors() >= spec.infraRetries()) {
            var tried =
                    task.infraErrors() == 0 ? "" : " (after " + task.infraErrors() + " earlier infrastructure errors)";
            end(turn, serial, index, task, Outcome.ERROR, result, reason + tried, EndKind.INFRASTRUCTURE);
            return;
        }
        var freed = letGo(turn, serial, index, task).withInfraErrors(task.infraErrors() + 1);
        again(turn, serial, index, freed, result, reason, pause ? Backoff.millis(freed.infraErrors()) : 0);
    }

    /** A running task becomes ready once more without a charge. */
    void giveBack(Turn turn, long serial, int index, TaskState task, String reason) {
        again(turn, serial, index, letGo(turn, serial, index, task), null, reason, 0);
    }

    private void again(
            Turn turn,
            long serial,
            int index,
            TaskState freed,
            @Nullable AttemptResult result,
            String reason,
            long pause) {
        var info = turn.info(serial);
        turn.emit(new Event.AttemptEnded(
                info.project(), info.number(), index, freed.attempt(), Outcome.ERROR, result, reason));
        var waiting = freed.to(TaskStatus.WAITING);
        if (pause == 0) {
            turn.put(serial, index, waiting);
            release(turn, serial, index);
        } else {
            long due = turn.now() + pause;
            new Timer(due, Timer.Kind.RETRY, serial, index, freed.attempt()).set(turn.state());
            turn.put(serial, index, waiting.withTimer(due));
        }
    }

    /** Cancels a task that waits for a worker or runs; leaves others alone, whose turn comes when their needs have ended. */
    void stop(Turn turn, long serial, int index, String reason) {
        var task = Objects.requireNonNull(turn.task(serial, index));
        if (task.status() == TaskStatus.READY
                || task.status() == TaskStatus.RUNNING
                || (task.status() == TaskStatus.WAITING && task.timer() > 0)) {
            end(turn, serial, index, task, Outcome.CANCELLED, null, reason, EndKind.CANCELLED);
        }
    }

    /** A task ends, from whatever status: what it holds is let go, readers, workers and dependents are told. */
    void end(
            Turn turn,
            long serial,
            int index,
            TaskState task,
            Outcome outcome,
            @Nullable AttemptResult result,
            @Nullable String reason,
            @Nullable EndKind kind) {
        if (task.status() == TaskStatus.RUNNING && result == null) {
            turn.add(new Effect.Order(new Control.StopClaim(
                    Objects.requireNonNull(task.claim()), Objects.requireNonNullElse(reason, ""))));
        }
        var ended = letGo(turn, serial, index, task).to(TaskStatus.FINISHED).withEnd(outcome, kind);
        turn.put(serial, index, ended);
        if (result != null && (!result.artifacts().isEmpty() || result.tree() != null)) {
            turn.state().put(Table.RESULTS, Keys.task(serial, index), result);
        } else if (ended.attempt() > 1) {
            turn.state().delete(Table.RESULTS, Keys.task(serial, index));
        }
        var info = turn.info(serial);
        turn.emit(new Event.TaskFinished(
                info.project(),
                info.number(),
                index,
                ended.attempt(),
                outcome,
                result,
                result == null ? null : result.label(),
                reason,
                kind));
        runs.ended(turn, serial, ended, outcome);
        if (task.has(TaskState.DEPENDENTS)) {
            onEnd.ended(serial, index);
        }
    }

    /** Takes from a task what it has in its present status: its place in the space, its claim, its timer. */
    private TaskState letGo(Turn turn, long serial, int index, TaskState task) {
        if (task.timer() > 0) {
            Timer.of(task, serial, index).clear(turn.state());
        }
        if (task.status() == TaskStatus.READY && publication.retract(turn, serial, index, task)) {
            var info = turn.info(serial);
            turn.add(new Effect.Withdraw(
                    classes.requirement(turn, task.classNumber()).family(),
                    turn.ref(info, index),
                    new Tombstone(turn.epoch(), task.attempt(), null, "ended")));
        }
        if (task.claim() != null) {
            claims.release(turn, task.claim(), serial, index);
        }
        return task.withTimer(0).withClaim(null);
    }
}
