package dev.coil.worker.runner;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.health.Fitness;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What is done with claimed tasks. */
public interface Runner extends AutoCloseable {

    /**
     * Starts an attempt and returns; the caller has counted that there is room for it.
     *
     * @param granted whether the claim has been accepted already
     * @param ended is told once, from any thread, also from within this call
     */
    Execution start(ReadyTask task, ClaimId claim, boolean granted, Consumer<AttemptResult> ended);

    /** Whether the machine is fit for another task. Asked before each claim, so it answers at once. */
    default boolean isFit() {
        return true;
    }

    /** Whether what the task begins with is here already. Asked before each claim, so it answers at once. */
    default boolean isWarm(ReadyTask task) {
        return true;
    }

    /**
     * Begins to look whether it is.
     *
     * @param changed hears what is wrong from now on, as a part of a sentence that begins with the worker; {@code null} for nothing
     */
    default void watchHealth(Fitness.NodeClock clock, Consumer<@Nullable String> changed) {}

    /** Lets go of everything. What runs must have ended. */
    @Override
    void close();
}
