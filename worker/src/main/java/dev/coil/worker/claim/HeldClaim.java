package dev.coil.worker.claim;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.runner.Execution;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A claim of this worker, from its sending until all about it is settled: it was refused, or it was accepted and its result stands in
 * the log. For the claim loop's thread alone.
 */
final class HeldClaim {

    final ReadyTask task;
    final ClaimId id;

    /** How many of the worker's slots it takes. */
    final int slots;

    final long takenNanos = System.nanoTime();

    /** The latest sending of the claim, and when that was ({@link System#nanoTime()}). */
    CompletableFuture<Long> claimed = new CompletableFuture<>();

    long claimedNanos;

    /** The log has said yes. */
    boolean accepted;

    /** {@code null} until it may start. */
    @Nullable
    Execution execution;

    /** {@code null} until it has ended. */
    @Nullable
    AttemptResult result;

    /** The latest sending of the result, and when that was. */
    @Nullable
    CompletableFuture<Long> finished;

    long finishedNanos;

    /** Nobody wants its result any longer: it was lost, stopped or given back. */
    boolean dropped;

    /** Why it is to be given back as soon as nothing runs under it; {@code null} if it is not. */
    @Nullable
    String giveBackReason;

    HeldClaim(ReadyTask task, ClaimId id, int slots) {
        this.task = task;
        this.id = id;
        this.slots = slots;
    }

    boolean isRunning() {
        return execution != null && result == null;
    }
}
