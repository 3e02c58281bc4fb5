package dev.coil.ops.client;

import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A run without its tasks.
 *
 * @param state {@code running} or {@code finished}
 * @param reason why it has not started although it is running: {@code waits for a place in the concurrency group 'g'}; else {@code null}
 * @param outcome {@code null} until it is known, which may be before the run has finished
 * @param cancelled whether somebody cancelled the whole run
 * @param inputs the commits of further repositories that its tasks check out
 */
public record RunSummary(
        String project,
        int number,
        String id,
        @Nullable String commit,
        @Nullable String ref,
        @Nullable String event,
        @Nullable String directory,
        @Nullable String subject,
        @Nullable String submitter,
        String state,
        @Nullable String reason,
        @Nullable Outcome outcome,
        boolean cancelled,
        @Nullable Instant createdAt,
        @Nullable Instant finishedAt,
        Counts counts,
        List<Source.Input> inputs) {

    public RunSummary {
        counts = counts == null ? Counts.NONE : counts;
        inputs = inputs == null ? List.of() : List.copyOf(inputs);
    }

    /** {@code mylang#17} */
    public String name() {
        return project + '#' + number;
    }

    public boolean isFinished() {
        return "finished".equals(state);
    }

    /** How many tasks are in each state, and how many of the finished ones had each outcome. */
    public record Counts(
            int waiting,
            int ready,
            int running,
            int finished,
            int success,
            int failure,
            int error,
            int timeout,
            int cancelled,
            int skipped,
            int total) {
        static final Counts NONE = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
    }
}
