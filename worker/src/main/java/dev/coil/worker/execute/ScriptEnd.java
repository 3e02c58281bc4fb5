package dev.coil.worker.execute;

import org.jspecify.annotations.Nullable;

/** How a script ended. */
public sealed interface ScriptEnd {

    /** By itself; 128 + n if signal n, not sent by the worker, ended it. */
    record Exited(int code) implements ScriptEnd {
        @Override
        public Integer exitCode() {
            return code;
        }
    }

    /** It was killed for its timeout. */
    record TimedOut() implements ScriptEnd {}

    /** It was killed for what it did. */
    record Ended(Violation violation) implements ScriptEnd {}

    /**
     * What a task did that a worker does not put up with.
     *
     * @param label a word for pages and {@code accept}
     * @param reason one sentence for a person
     */
    record Violation(String label, String reason) {}

    /** {@code null} if it did not end by itself. */
    default @Nullable Integer exitCode() {
        return null;
    }
}
