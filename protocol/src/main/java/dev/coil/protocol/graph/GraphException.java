package dev.coil.protocol.graph;

import java.util.List;
import java.util.stream.Collectors;

/** A graph file that cannot be run. Its message is one line a problem. */
public final class GraphException extends RuntimeException {

    private final transient List<Problem> problems;

    public GraphException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** In order of their places; never empty, at most twenty. */
    public List<Problem> problems() {
        return problems;
    }
}
