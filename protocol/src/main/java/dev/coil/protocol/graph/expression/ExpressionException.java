package dev.coil.protocol.graph.expression;

import org.jspecify.annotations.Nullable;

/** An expression that cannot be read, or that has no meaning for the values at hand. */
public final class ExpressionException extends RuntimeException {

    private final int offset;
    private final @Nullable String hint;

    ExpressionException(int offset, String message, @Nullable String hint) {
        super(message);
        this.offset = offset;
        this.hint = hint;
    }

    /** Where in the expression's text, from 0. */
    public int offset() {
        return offset;
    }

    /** What to do about it, where that can be guessed. */
    public @Nullable String hint() {
        return hint;
    }
}
