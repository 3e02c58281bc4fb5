package dev.coil.protocol.graph.trigger;

import org.jspecify.annotations.Nullable;

/** A pattern, or a schedule's expression, that cannot be read. */
public final class TriggerException extends RuntimeException {

    private final int offset;
    private final @Nullable String hint;

    TriggerException(int offset, String message, @Nullable String hint) {
        super(message);
        this.offset = offset;
        this.hint = hint;
    }

    /** Where in the text, from 0. */
    public int offset() {
        return offset;
    }

    /** What to do about it, where that can be guessed. */
    public @Nullable String hint() {
        return hint;
    }
}
