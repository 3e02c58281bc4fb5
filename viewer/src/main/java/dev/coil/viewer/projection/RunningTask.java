package dev.coil.viewer.projection;

import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.TaskRef;

/**
 * A task that a worker runs.
 *
 * @param resources what is reserved for it
 * @param since when its claim was accepted, by the log's clock, in milliseconds since the epoch
 */
public record RunningTask(TaskRef ref, String name, int attempt, String incarnation, Resources resources, long since) {}
