package dev.coil.scheduler.state;

import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Retries;
import dev.coil.protocol.space.ClaimId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How far a task is. Small and of about constant size: it is written at every step of the task.
 *
 * @param lane where it stands in line for a worker
 * @param traits what a handler must look up in the spec, as bits
 * @param claim held while running
 * @param timer when the timer of its present status is due, in milliseconds since the epoch; 0 for none
 * @param end once finished
 */
public record TaskState(
        TaskStatus status,
        Needs needs,
        Attempts attempts,
        int lane,
        int traits,
        @Nullable ClaimId claim,
        long timer,
        @Nullable End end) {

    /** May fail without failing the run. */
    public static final int ALLOW_FAILURE = 1;
    /** Has a condition. */
    public static final int CONDITION = 2;
    /** Starts in another task's tree or unpacks artifacts. */
    public static final int INPUTS = 4;
    /** Must not wait for a worker for ever. */
    public static final int QUEUE_TIMEOUT = 8;
    /** Must not run for ever. */
    public static final int RUN_TIMEOUT = 16;
    /** Has needs. */
    public static final int NEEDS = 32;
    /** Other tasks need it. */
    public static final int DEPENDENTS = 64;
    /** Of its concurrency group only so many go on at once. */
    public static final int CONCURRENCY = 128;
    /** Has a place in its concurrency group, which it gives up when it ends. */
    public static final int PLACE = 256;

    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final EndKind[] KINDS = EndKind.values();
    private static final TaskStatus[] STATUSES = TaskStatus.values();

    /**
     * What it waits for.
     *
     * @param open how many needs have not ended
     * @param unmet whether a need that has ended does not satisfy this task
     */
    public record Needs(int open, boolean unmet) {}

    /**
     * What was tried, and how often in vain since a person last started it.
     *
     * @param last the last attempt's number; 0 before the first
     */
    public record Attempts(int last, int failures, int timeouts, int errors) {

        public static final Attempts NONE = new Attempts(0, 0, 0, 0);

        Attempts next() {
            return new Attempts(last + 1, failures, timeouts, errors);
        }

        /** An attempt ended so: its budget is charged. */
        public Attempts charged(Outcome outcome) {
            return switch (outcome) {
                case FAILURE -> new Attempts(last, failures + 1, timeouts, errors);
                case TIMEOUT -> new Attempts(last, failures, timeouts + 1, errors);
                case ERROR -> new Attempts(last, failures, timeouts, errors + 1);
                case SUCCESS, SKIPPED, CANCELLED -> this;
            };
        }

        /** How many ended so. */
        public int ended(Outcome outcome) {
            return switch (outcome) {
                case FAILURE -> failures;
                case TIMEOUT -> timeouts;
                case ERROR -> errors;
                case SUCCESS, SKIPPED, CANCELLED -> 0;
            };
        }

        /** Whether there is another one after one that ended so. */
        public boolean mayTryAgain(Outcome outcome, Retries budgets) {
            return ended(outcome) < budgets.after(outcome);
        }

        /** The same with all budgets whole again. */
        public Attempts forgiven() {
            return new Attempts(last, 0, 0, 0);
        }
    }

    /**
     * How it ended.
     *
     * @param kind where it did not end by its own result
     */
    public record End(Outcome outcome, @Nullable EndKind kind) {}

    /** A task that nothing has happened to. */
    public static TaskState submitted(int needs, int lane, int traits) {
        return new TaskState(TaskStatus.WAITING, new Needs(needs, false), Attempts.NONE, lane, traits, null, 0, null);
    }

    public boolean has(int trait) {
        return (traits & trait) != 0;
    }

    /** The last attempt's number; 0 before the first. */
    public int attempt() {
        return attempts.last;
    }

    /** @throws IllegalStateException if it has not ended */
    public Outcome outcome() {
        if (end == null) {
            throw new IllegalStateException("a task that has not ended has no outcome: " + this);
        }
        return end.outcome();
    }

    /** Whether it ended for this reason. */
    public boolean isEndedBy(EndKind kind) {
        return end != null && end.kind() == kind;
    }

    /** @throws IllegalStateException if a task may not go there: a bug */
    public TaskState to(TaskStatus next) {
        if (!status.mayBecome(next)) {
            throw new IllegalStateException("a " + status + " task cannot become " + next + ": " + this);
        }
        return new TaskState(next, needs, attempts, lane, traits, claim, timer, end);
    }

    /** Ready for its next attempt. */
    public TaskState ready() {
        return to(TaskStatus.READY).with(attempts.next());
    }

    public TaskState finished(Outcome outcome, @Nullable EndKind kind) {
        var finished = to(TaskStatus.FINISHED);
        return new TaskState(finished.status, needs, attempts, lane, traits, claim, timer, new End(outcome, kind));
    }

    /** Waiting once more, as if nothing had been tried, by a person's will. */
    public TaskState reset() {
        var waiting = to(TaskStatus.WAITING);
        return new TaskState(waiting.status, needs, attempts.forgiven(), lane, traits, claim, timer, null);
    }

    public TaskState with(Needs left) {
        return new TaskState(status, left, attempts, lane, traits, claim, timer, end);
    }

    public TaskState with(Attempts made) {
        return new TaskState(status, needs, made, lane, traits, claim, timer, end);
    }

    public TaskState with(int trait) {
        return new TaskState(status, needs, attempts, lane, traits | trait, claim, timer, end);
    }

    public TaskState without(int trait) {
        return new TaskState(status, needs, attempts, lane, traits & ~trait, claim, timer, end);
    }

    public TaskState withClaim(@Nullable ClaimId holder) {
        return new TaskState(status, needs, attempts, lane, traits, holder, timer, end);
    }

    public TaskState withTimer(long due) {
        return new TaskState(status, needs, attempts, lane, traits, claim, due, end);
    }

    byte[] encode() {
        var holder = claim == null ? new byte[0] : claim.incarnation().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(38 + holder.length)
                .put((byte) status.ordinal())
                .put((byte) (needs.unmet ? 1 : 0))
                .put((byte) (end == null ? -1 : end.outcome.ordinal()))
                .put((byte) (end == null || end.kind == null ? -1 : end.kind.ordinal()))
                .put((byte) attempts.failures)
                .put((byte) attempts.timeouts)
                .put((byte) attempts.errors)
                .put((byte) (claim == null ? 0 : 1))
                .putShort((short) traits)
                .putInt(needs.open)
                .putInt(attempts.last)
                .putInt(lane)
                .putLong(timer)
                .putLong(claim == null ? 0 : claim.nonce())
                .put(holder)
                .array();
    }

    static TaskState decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        var status = STATUSES[in.get()];
        boolean unmet = in.get() == 1;
        int outcome = in.get();
        int kind = in.get();
        int failures = in.get();
        int timeouts = in.get();
        int errors = in.get();
        boolean claimed = in.get() == 1;
        int traits = in.getShort() & 0xffff;
        var needs = new Needs(in.getInt(), unmet);
        var attempts = new Attempts(in.getInt(), failures, timeouts, errors);
        int lane = in.getInt();
        long timer = in.getLong();
        long nonce = in.getLong();
        var holder = new String(bytes, in.position(), in.remaining(), StandardCharsets.UTF_8);
        return new TaskState(
                status,
                needs,
                attempts,
                lane,
                traits,
                claimed ? new ClaimId(holder, nonce) : null,
                timer,
                outcome < 0 ? null : new End(OUTCOMES[outcome], kind < 0 ? null : KINDS[kind]));
    }
}
