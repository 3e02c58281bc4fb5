package dev.coil.protocol.graph;

import org.jspecify.annotations.Nullable;

/**
 * Something wrong with a graph file, and where.
 *
 * @param line from 1
 * @param column from 1, in characters
 * @param message one sentence: what was expected, what came
 * @param hint what to do about it, where that can be guessed
 */
public record Problem(
        String file,
        int line,
        int column,
        String message,
        @Nullable String hint) {

    /** {@code file:line:column: message (hint)}. */
    @Override
    public String toString() {
        var text = file + ':' + line + ':' + column + ": " + message;
        return hint == null ? text : text + " (" + hint + ')';
    }
}
