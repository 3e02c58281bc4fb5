package dev.coil.protocol.graph;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** A graph file that cannot be run. Its message is one line a problem. */
public final class GraphException extends RuntimeException {

    /** So many problems are told at once: a person reads no more. */
    public static final int MOST = 20;

    private final transient List<Problem> problems;
    private final transient List<String> notes;

    public GraphException(List<Problem> problems) {
        this(problems, List.of());
    }

    private GraphException(List<Problem> problems, List<String> notes) {
        super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
        this.problems = List.copyOf(problems);
        this.notes = List.copyOf(notes);
    }

    /** The same with what is to be known of the file before what is wrong with it, a sentence each. */
    public GraphException noting(List<String> what) {
        return new GraphException(problems, what);
    }

    public List<String> notes() {
        return notes;
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
