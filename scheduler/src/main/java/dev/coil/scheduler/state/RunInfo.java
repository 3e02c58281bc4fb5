package dev.coil.scheduler.state;

import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.Source;
import org.jspecify.annotations.Nullable;

/** What a run is. */
public record RunInfo(
        String project,
        int number,
        String id,
        Source source,
        int tasks,
        boolean skipUnmatched,
        String submitter,
        @Nullable Concurrency concurrency) {}
