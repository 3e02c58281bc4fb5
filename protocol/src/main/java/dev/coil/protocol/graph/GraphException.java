package dev.coil.protocol.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A graph file that cannot be run. Its message is one line a problem. */
public final class GraphException extends RuntimeException {

    /** So many problems are told at once: a person reads no more. */
    public static final int MOST = 20;

    private final transient List<Problem> problems;

    public GraphException(List<Problem> problems) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
    }

    /** What to say where the problems told may not be all. */
    public Optional<String> moreAdvice() {
        return problems.size() < MOST
                ? Optional.empty()
                : Optional.of("there may be more: these are the first " + MOST);
    }

    /** In order of their places; never empty, at most twenty. */
    public List<Problem> problems() {
        return problems;
    }
}
