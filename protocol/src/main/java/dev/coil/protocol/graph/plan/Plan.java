package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.Problem;
import dev.coil.protocol.graph.TaskSpec;
import java.util.List;

/**
 * The tasks of a run.
 *
 * @param project the project's name
 * @param tasks in topological order: needs point to lower indices. Tasks that do not depend on each other keep the order of
 *     the file
 * @param warnings what is probably not meant
 */
public record Plan(String project, List<TaskSpec> tasks, List<Problem> warnings) {
    public Plan {
        tasks = List.copyOf(tasks);
        warnings = List.copyOf(warnings);
    }
}
