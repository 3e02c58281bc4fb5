package dev.coil.worker.runner;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import java.util.function.Consumer;

/** What is done with claimed tasks. */
public interface Runner extends AutoCloseable {

    /**
     * Starts an attempt and returns; the caller has counted that there is room for it.
     *
     * @param granted whether the claim has been accepted already
     * @param ended is told once, from any thread, also from within this call
     */
    Execution start(ReadyTask task, ClaimId claim, boolean granted, Consumer<AttemptResult> ended);

    /** Whether the machine has what another task will need. Asked before each claim, so it answers at once. */
    default boolean hasRoom() {
        return true;
    }

    /** Lets go of everything. What runs must have ended. */
    @Override
    void close();
}
