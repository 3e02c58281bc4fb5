package dev.coil.ops.client;

import dev.coil.protocol.graph.Problem;
import java.util.List;

/** A node answered that it does not do what was asked. The message is one sentence for a person. */
public final class RequestRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final int status;
    private final transient List<Problem> problems;

    RequestRefused(int status, String message, List<Problem> problems) {
        super(message);
        this.status = status;
        this.problems = List.copyOf(problems);
    }

    /** The HTTP status. */
    public int status() {
        return status;
    }

    /** What is wrong with the graph, where that is the reason. */
    public List<Problem> problems() {
        return problems;
    }
}
