package dev.coil.protocol.graph.parse;

import org.jspecify.annotations.Nullable;

/**
 * A place in a graph file.
 *
 * @param line from 1
 * @param column from 1, in characters
 * @param file where it is another file than the one that is read; {@code null} for that one
 */
public record Position(int line, int column, @Nullable String file) implements Comparable<Position> {

    public Position(int line, int column) {
        this(line, column, null);
    }

    static final Position START = new Position(1, 1);

    @Override
    public int compareTo(Position other) {
        return line != other.line ? Integer.compare(line, other.line) : Integer.compare(column, other.column);
    }
}
