package dev.coil.scheduler.state;

import dev.coil.protocol.graph.TaskSpec;
import java.util.List;

/**
 * Some of the tasks that a task generates.
 *
 * @param first the index of the first of them among all that it generates, from which their needs are counted
 */
public record StagedPart(int first, List<TaskSpec> tasks) {}
