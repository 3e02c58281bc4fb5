package dev.coil.scheduler.resolver;

import dev.coil.protocol.control.Control;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
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
import dev.coil.scheduler.window.Publication;
import dev.coil.scheduler.window.Shortages;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The steps of a task, whatever command makes it take them. */
final class TaskFlow {

    private final Publication publication;
    private final Shortages shortages;
    private final Lanes lanes;
    private final HeldClaims claims;
    private final RunFlow runs;
    private final Agenda agenda;
    private final NeedCounts needs;
    private final Generations generations;
    private final TaskGroups groups = new TaskGroups(this);

    TaskFlow(
            Publication publication,
            Shortages shortages,
            Lanes lanes,
            HeldClaims claims,
            RunFlow runs,
            Agenda agenda,
            NeedCounts needs,
            Generations generations) {
        this.publication = publication;
        this.shortages = shortages;
        this.lanes = lanes;
        this.claims = claims;
        this.runs = runs;
        this.agenda = agenda;
        this.needs = needs;
        this.generations = generations;
    }

    /** All needs of a waiting task have ended: it becomes ready, or ends without having run. */
    void release(Turn turn, long serial, int index) {
        var task = Objects.requireNonNull(turn.task(serial, index));
        var skip = Admission.refuse(turn, serial, index, task, shortages);
        if (skip != null) {
            end(turn, serial, index, task, skip.outcome(), null, skip.reason(), skip.kind());
            return;
        }
        var admitted = groups.enter(turn, serial, index, task);
        if (admitted != null) {
            ready(turn, serial, index, admitted);
        }
    }

    /** A need of a task ended. */
    void needEnded(Turn turn, long serial, int need, int index, long accept) {
        var task = Objects.requireNonNull(turn.task(serial, index));
        if (task.status() != TaskStatus.WAITING || task.needs().open() == 0) {
            return;
        }
        var ended = Objects.requireNonNull(turn.task(serial, need));
        if (!Admission.hasEnded(turn, serial, need, ended, accept)) {
            return;
        }
        var needs = task.needs();
        boolean satisfied = Admission.satisfies(turn, serial, need, ended, accept);
        needs = new TaskState.Needs(needs.open() - 1, needs.unmet() || !satisfied);
        turn.put(serial, index, task.with(needs));
        if (needs.open() == 0) {
            release(turn, serial, index);
        }
    }

    /** A task that nothing holds back any more waits for a worker. */
    void ready(Turn turn, long serial, int index, TaskState waiting) {
        long due = 0;
        int attempt = waiting.attempt() + 1;
        if (waiting.has(TaskState.QUEUE_TIMEOUT)) {
            due = turn.now() + turn.spec(serial, index).queueTimeoutMillis();
            new Timer(due, Timer.Kind.QUEUE, serial, index, attempt).set(turn.state());
        }
        var task = waiting.ready().withTimer(due);
        turn.put(serial, index, task);
        var info = turn.info(serial);
        turn.emit(new Event.TaskReady(info.project(), info.number(), index, attempt));
        publication.offer(turn, serial, index, task);
        shortages.ready(turn, task.lane());
    }

    /** The worker reported how an attempt ended: with that the task ends, unless its budget has another attempt. */
    void attemptEnded(Turn turn, long serial, int index, TaskState task, AttemptResult result) {
        var outcome = result.outcome();
        var reason = result.reason();
        if (reason == null && outcome == Outcome.ERROR) {
            reason = "the worker reported an infrastructure error";
        }
        var kind = outcome == Outcome.ERROR ? EndKind.INFRASTRUCTURE : null;
        attemptEnded(turn, serial, index, task, new Ended(outcome, result, reason, kind, true));
    }

    /** The worker of a running task is gone; there is no reason to pause before another one tries. */
    void workerLost(Turn turn, long serial, int index, TaskState task, String reason) {
        attemptEnded(turn, serial, index, task, new Ended(Outcome.ERROR, null, reason, EndKind.INFRASTRUCTURE, false));
    }

    /** A running task runs on although its worker should have ended it. */
    void overrun(Turn turn, long serial, int index, TaskState task) {
        var reason = "its worker did not end it in time";
        attemptEnded(turn, serial, index, task, new Ended(Outcome.TIMEOUT, null, reason, EndKind.RUN_TIMEOUT, true));
    }

    /** How an attempt ended. */
    private record Ended(
            Outcome outcome,
            @Nullable AttemptResult result,
            @Nullable String reason,
            @Nullable EndKind kind,
            boolean pause) {}

    private void attemptEnded(Turn turn, long serial, int index, TaskState task, Ended ended) {
        var outcome = ended.outcome();
        if (outcome != Outcome.SUCCESS
                && task.attempts().mayTryAgain(outcome, turn.spec(serial, index).retries())) {
            if (ended.kind() == EndKind.RUN_TIMEOUT) {
                order(turn, task, "its worker did not end it in time");
            }
            var freed = letGo(turn, serial, index, task).with(task.attempts().charged(outcome));
            long pause = ended.pause() ? Backoff.millis(freed.attempts().ended(outcome)) : 0;
            again(turn, serial, index, freed, ended, pause);
            return;
        }
        int earlier = task.attempts().ended(outcome);
        var reason = outcome == Outcome.ERROR && earlier > 0
                ? ended.reason() + " (after " + earlier + " earlier infrastructure errors)"
                : ended.reason();
        end(turn, serial, index, task, outcome, ended.result(), reason, ended.kind());
    }

    /** A running task becomes ready once more without a charge. */
    void giveBack(Turn turn, long serial, int index, TaskState task, String reason) {
        var ended = new Ended(Outcome.ERROR, null, reason, null, false);
        again(turn, serial, index, letGo(turn, serial, index, task), ended, 0);
    }

    private void again(Turn turn, long serial, int index, TaskState freed, Ended ended, long pause) {
        var info = turn.info(serial);
        long due = pause == 0 ? 0 : turn.now() + pause;
        turn.emit(new Event.AttemptEnded(
                info.project(),
                info.number(),
                index,
                freed.attempt(),
                ended.outcome(),
                ended.result(),
                ended.reason(),
                due));
        var waiting = freed.to(TaskStatus.WAITING);
        if (pause == 0) {
            resume(turn, serial, index, waiting);
        } else {
            new Timer(due, Timer.Kind.RETRY, serial, index, freed.attempt()).set(turn.state());
            turn.put(serial, index, waiting.withTimer(due));
        }
    }

    /** A task is to have another attempt; if a need of it is being run again meanwhile, it waits for that, and nobody for it. */
    void resume(Turn turn, long serial, int index, TaskState waiting) {
        var task = waiting.has(TaskState.NEEDS) ? waiting.with(needs.count(turn, serial, index)) : waiting;
        if (task.needs().open() == 0) {
            turn.put(serial, index, task);
            release(turn, serial, index);
            return;
        }
        turn.put(serial, index, task.without(TaskState.PLACE));
        if (task.has(TaskState.PLACE)) {
            groups.leave(turn, serial, index);
        }
    }

    /** Cancels a task that waits for a worker or runs; leaves others alone, whose turn comes when their needs have ended. */
    void stop(Turn turn, long serial, int index, String reason) {
        var task = Objects.requireNonNull(turn.task(serial, index));
        if (task.status() == TaskStatus.READY
                || task.status() == TaskStatus.RUNNING
                || task.status() == TaskStatus.BLOCKED
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
            order(turn, task, Objects.requireNonNullElse(reason, ""));
        }
        var ended = letGo(turn, serial, index, task).finished(outcome, kind).without(TaskState.PLACE);
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
        if (task.has(TaskState.GENERATED)) {
            generations.ended(turn, serial, index, ended);
        }
        if (task.has(TaskState.DEPENDENTS)) {
            agenda.add(new Cursor(Cursor.Kind.DEPENDENTS, serial, index, 0, ""));
        }
        if (task.has(TaskState.PLACE)) {
            groups.leave(turn, serial, index);
        }
    }

    /** Tells the worker of a running task to stop. */
    private static void order(Turn turn, TaskState task, String reason) {
        turn.add(new Effect.Order(new Control.StopClaim(Objects.requireNonNull(task.claim()), reason)));
    }

    /** Takes from a task what it has in its present status: its place in the space, its claim, its timer. */
    private TaskState letGo(Turn turn, long serial, int index, TaskState task) {
        if (task.timer() > 0) {
            Timer.of(task, serial, index).clear(turn.state());
        }
        if (task.status() == TaskStatus.READY && publication.retract(turn, serial, index, task)) {
            var info = turn.info(serial);
            turn.add(new Effect.Withdraw(
                    lanes.requirement(turn, task.lane()).family(),
                    turn.ref(info, index),
                    new Tombstone(turn.epoch(), task.attempt(), null, "ended")));
        }
        if (task.claim() != null) {
            claims.release(turn, task.claim(), serial, index);
            if (task.has(TaskState.GENERATES)) {
                Generating.drop(turn, serial, index);
            }
        }
        return task.withTimer(0).withClaim(null);
    }
}
