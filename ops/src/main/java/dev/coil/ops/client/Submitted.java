package dev.coil.ops.client;

import dev.coil.protocol.graph.Problem;
import java.util.List;

/**
 * The answer to a submission.
 *
 * @param number the run's number in its project
 * @param tasks how many tasks it has
 */
public record Submitted(String project, int number, String id, int tasks, List<Problem> warnings) {
    public Submitted {
        warnings = warnings == null ? List.of() : List.copyOf(warnings);
    }

    /** {@code mylang#17} */
    public String name() {
        return project + '#' + number;
    }
}
