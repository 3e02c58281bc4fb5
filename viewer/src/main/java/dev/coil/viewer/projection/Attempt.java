package dev.coil.viewer.projection;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a task.
 *
 * @param number from 1
 * @param worker the worker's name
 * @param startedAt when its claim was accepted, by the log's clock, in milliseconds since the epoch
 * @param finishedAt when its end was folded, likewise; 0 while it runs
 * @param outcome {@code null} while it runs
 * @param logBytes how many bytes its log has; -1 if nobody said
 */
public record Attempt(
        int number,
        String worker,
        String incarnation,
        long startedAt,
        long finishedAt,
        @Nullable Outcome outcome,
        @Nullable Integer exitCode,
        @Nullable String label,
        @Nullable String reason,
        long logBytes,
        List<StoredArtifact> artifacts) {

    static Attempt started(int number, String worker, String incarnation, long at) {
        return new Attempt(number, worker, incarnation, at, 0, null, null, null, null, -1, List.of());
    }

    public boolean finished() {
        return outcome != null;
    }

    /**
     * This attempt at its end.
     *
     * @param reason where the result has none of its own
     */
    Attempt finished(long at, Outcome how, @Nullable AttemptResult result, @Nullable String reason) {
        if (result == null) {
            return new Attempt(
                    number, worker, incarnation, startedAt, at, how, null, null, reason, logBytes, artifacts);
        }
        return new Attempt(
                number,
                worker,
                incarnation,
                startedAt,
                at,
                how,
                result.exitCode(),
                result.label(),
                result.reason() == null ? reason : result.reason(),
                result.logBytes(),
                result.artifacts());
    }
}
