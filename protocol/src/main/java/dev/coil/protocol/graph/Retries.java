package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * How many further attempts a task has after attempts that did not succeed: budgets apart, by how those ended.
 *
 * @param failure after a {@link Outcome#FAILURE}
 * @param timeout after a {@link Outcome#TIMEOUT} of an attempt
 * @param infra after an {@link Outcome#ERROR}, such as a lost worker
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Retries(int failure, int timeout, int infra) {

    /** What a task has that does not say: machines are unreliable, tests should not be. */
    public static final Retries STANDARD = new Retries(0, 0, 3);

    /** How many further attempts there are after ones that ended so; none after what no further attempt would change. */
    public int after(Outcome outcome) {
        return switch (outcome) {
            case FAILURE -> failure;
            case TIMEOUT -> timeout;
            case ERROR -> infra;
            case SUCCESS, SKIPPED, CANCELLED -> 0;
        };
    }
}
