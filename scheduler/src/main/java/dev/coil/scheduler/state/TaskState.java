package dev.coil.scheduler.state;

import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.space.ClaimId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * How far a task is. Small and of about constant size: it is written at every step of the task.
 *
 * @param openNeeds how many needs have not ended
 * @param unmet whether a need that has ended does not satisfy this task
 * @param attempt the last attempt's number; 0 before the first
 * @param infraErrors how many attempts ended as errors since a person last started it
 * @param classNumber of its requirement
 * @param traits what a handler must look up in the spec, as bits
 * @param claim held while running
 * @param timer when the timer of its present status is due, in milliseconds since the epoch; 0 for none
 * @param outcome once finished
 * @param kind once finished, where it did not end by its own result
 */
public record TaskState(
        TaskStatus status,
        int openNeeds,
        boolean unmet,
        int attempt,
        int infraErrors,
        int classNumber,
        Priority priority,
        int traits,
        @Nullable ClaimId claim,
        long timer,
        @Nullable Outcome outcome,
        @Nullable EndKind kind) {

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

    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final EndKind[] KINDS = EndKind.values();
    private static final TaskStatus[] STATUSES = TaskStatus.values();
    private static final Priority[] PRIORITIES = Priority.values();

    public boolean has(int trait) {
        return (traits & trait) != 0;
    }

    /** @throws IllegalStateException if a task may not go there: a bug */
    public TaskState to(TaskStatus next) {
        if (!status.mayBecome(next)) {
            throw new IllegalStateException("a " + status + " task cannot become " + next + ": " + this);
        }
        return new TaskState(
                next,
                openNeeds,
                unmet,
                attempt,
                infraErrors,
                classNumber,
                priority,
                traits,
                claim,
                timer,
                outcome,
                kind);
    }

    public TaskState withTrait(int trait) {
        return new TaskState(
                status,
                openNeeds,
                unmet,
                attempt,
                infraErrors,
                classNumber,
                priority,
                traits | trait,
                claim,
                timer,
                outcome,
                kind);
    }

    public TaskState withNeeds(int open, boolean anyUnmet) {
        return new TaskState(
                status,
                open,
                anyUnmet,
                attempt,
                infraErrors,
                classNumber,
                priority,
                traits,
                claim,
                timer,
                outcome,
                kind);
    }

    public TaskState withAttempt(int number) {
        return new TaskState(
                status,
                openNeeds,
                unmet,
                number,
                infraErrors,
                classNumber,
                priority,
                traits,
                claim,
                timer,
                outcome,
                kind);
    }

    public TaskState withInfraErrors(int number) {
        return new TaskState(
                status, openNeeds, unmet, attempt, number, classNumber, priority, traits, claim, timer, outcome, kind);
    }

    public TaskState withClaim(@Nullable ClaimId holder) {
        return new TaskState(
                status,
                openNeeds,
                unmet,
                attempt,
                infraErrors,
                classNumber,
                priority,
                traits,
                holder,
                timer,
                outcome,
                kind);
    }

    public TaskState withTimer(long due) {
        return new TaskState(
                status,
                openNeeds,
                unmet,
                attempt,
                infraErrors,
                classNumber,
                priority,
                traits,
                claim,
                due,
                outcome,
                kind);
    }

    public TaskState withEnd(@Nullable Outcome end, @Nullable EndKind how) {
        return new TaskState(
                status, openNeeds, unmet, attempt, infraErrors, classNumber, priority, traits, claim, timer, end, how);
    }

    byte[] encode() {
        var holder = claim == null ? new byte[0] : claim.incarnation().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(36 + holder.length)
                .put((byte) status.ordinal())
                .put((byte) priority.ordinal())
                .put((byte) traits)
                .put((byte) (unmet ? 1 : 0))
                .put((byte) (outcome == null ? -1 : outcome.ordinal()))
                .put((byte) (kind == null ? -1 : kind.ordinal()))
                .put((byte) infraErrors)
                .put((byte) (claim == null ? 0 : 1))
                .putInt(openNeeds)
                .putInt(attempt)
                .putInt(classNumber)
                .putLong(timer)
                .putLong(claim == null ? 0 : claim.nonce())
                .put(holder)
                .array();
    }

    static TaskState decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        var status = STATUSES[in.get()];
        var priority = PRIORITIES[in.get()];
        int traits = in.get();
        boolean unmet = in.get() == 1;
        int outcome = in.get();
        int kind = in.get();
        int infraErrors = in.get();
        boolean claimed = in.get() == 1;
        int openNeeds = in.getInt();
        int attempt = in.getInt();
        int classNumber = in.getInt();
        long timer = in.getLong();
        long nonce = in.getLong();
        var holder = new String(bytes, in.position(), in.remaining(), StandardCharsets.UTF_8);
        return new TaskState(
                status,
                openNeeds,
                unmet,
                attempt,
                infraErrors,
                classNumber,
                priority,
                traits,
                claimed ? new ClaimId(holder, nonce) : null,
                timer,
                outcome < 0 ? null : OUTCOMES[outcome],
                kind < 0 ? null : KINDS[kind]);
    }
}
