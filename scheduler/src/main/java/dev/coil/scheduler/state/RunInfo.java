package dev.coil.scheduler.state;

import dev.coil.protocol.graph.Source;

/** What a run is. */
public record RunInfo(
        String project, int number, String id, Source source, int tasks, boolean skipUnmatched, String submitter) {}
