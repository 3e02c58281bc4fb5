package dev.coil.protocol.graph.expression;

import dev.coil.protocol.graph.Outcome;

/** What a condition asks for when all needs of its task have ended. */
public interface ConditionContext {

    /** Whether every need is satisfied and the run is not cancelled. */
    boolean success();

    /** Whether some need, directly or through others, ended otherwise than by success and is not accepted. */
    boolean failure();

    /** Whether the run is cancelled. */
    boolean cancelled();

    /**
     * The outcome of a need: of the task of this name, or of all tasks with this base name that are needed, together. The worst of
     * several counts: failure, timeout, error, cancelled, skipped, success.
     */
    Outcome outcomeOf(String need);
}
