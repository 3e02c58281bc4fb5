package dev.coil.viewer.projection;

import dev.coil.protocol.graph.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What changes about a run as a whole.
 *
 * @param version of the projection at the last change of the run or of one of its tasks
 * @param finished whether all its tasks have ended
 * @param outcome {@code null} until it is known, which may be before the run has finished
 * @param cancelled whether somebody cancelled it
 * @param queued why it has not started, in one sentence; {@code null} if it has
 * @param finishedAt by the log's clock, in milliseconds since the epoch; 0 while it runs
 * @param failed the tasks that failed and may not
 */
public record RunHead(
        long version,
        boolean finished,
        @Nullable Outcome outcome,
        boolean cancelled,
        @Nullable String queued,
        long finishedAt,
        Counts counts,
        Failed failed) {

    /**
     * Tasks that failed.
     *
     * @param timeouts how many of them timed out
     * @param errors how many of them are errors of the infrastructure
     * @param first the indexes of the first few
     */
    public record Failed(int count, int timeouts, int errors, List<Integer> first) {

        static final Failed NONE = new Failed(0, 0, 0, List.of());
    }

    static RunHead started(long version, Counts counts, Failed failed) {
        return new RunHead(version, false, null, false, null, 0, counts, failed);
    }

    RunHead with(long newVersion, Counts newCounts, Failed newFailed) {
        return new RunHead(newVersion, finished, outcome, cancelled, queued, finishedAt, newCounts, newFailed);
    }

    RunHead known(long newVersion, @Nullable Outcome newOutcome) {
        return new RunHead(newVersion, finished, newOutcome, cancelled, queued, finishedAt, counts, failed);
    }

    RunHead finished(long newVersion, Outcome newOutcome, long at) {
        return new RunHead(newVersion, true, newOutcome, cancelled, null, at, counts, failed);
    }

    RunHead cancelled(long newVersion) {
        return new RunHead(newVersion, finished, outcome, true, null, finishedAt, counts, failed);
    }

    RunHead queued(long newVersion, @Nullable String why) {
        return new RunHead(newVersion, finished, outcome, cancelled, why, finishedAt, counts, failed);
    }
}
