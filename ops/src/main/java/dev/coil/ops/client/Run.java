package dev.coil.ops.client;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import java.util.List;

/**
 * A run with all its tasks, as {@code GET /api/v1/runs/{run}} shows it.
 *
 * @param tasks in topological order; a task's index is its place here
 */
public record Run(@JsonUnwrapped RunSummary summary, List<Task> tasks) {
    public Run {
        tasks = tasks == null ? List.of() : List.copyOf(tasks);
    }
}
