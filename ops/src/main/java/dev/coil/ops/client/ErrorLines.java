package dev.coil.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a log that a node takes for the reason of a failure.
 *
 * @param lines the most telling ones, in their order
 * @param more how many further ones there are
 */
public record ErrorLines(List<Line> lines, int more) {

    public static final ErrorLines NONE = new ErrorLines(List.of(), 0);

    public ErrorLines {
        lines = lines == null ? List.of() : List.copyOf(lines);
    }

    /**
     * One of them.
     *
     * @param line its number in the log, from 1
     * @param stream {@code out}, {@code err} or {@code coil}
     * @param text without colours; of a long line the beginning
     */
    public record Line(int line, String stream, String text) {}

    public @Nullable Line first() {
        return lines.isEmpty() ? null : lines.get(0);
    }
}
