package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Problem;
import dev.coil.protocol.graph.TaskSpec;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of a run.
 *
 * @param project the project's name
 * @param concurrency of which of the project's runs only so many go on at once; {@code null} for none
 * @param tasks in topological order: needs point to lower indices. Tasks that do not depend on each other keep the order of
 *     the file
 * @param warnings what is probably not meant
 */
public record Plan(String project, @Nullable Concurrency concurrency, List<TaskSpec> tasks, List<Problem> warnings) {
    public Plan {
        tasks = List.copyOf(tasks);
        warnings = List.copyOf(warnings);
    }
}
