package dev.coil.viewer.projection;

import dev.coil.protocol.graph.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * What changes about a run as a whole.
 *
 * @param version of the projection at the last change of the run or of one of its tasks
 * @param finished whether all its tasks have ended
 * @param outcome {@code null} until it is known, which may be before the run has finished
 * @param cancelled whether somebody cancelled it
 * @param finishedAt by the log's clock, in milliseconds since the epoch; 0 while it runs
 */
public record RunHead(
        long version, boolean finished, @Nullable Outcome outcome, boolean cancelled, long finishedAt, Counts counts) {}
