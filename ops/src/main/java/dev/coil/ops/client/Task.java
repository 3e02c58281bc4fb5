package dev.coil.ops.client;

import dev.coil.protocol.graph.Outcome;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A task of a run, as far as the command line shows it.
 *
 * @param matrix the values of its matrix by axis; empty if it has none
 * @param state {@code waiting}, {@code ready}, {@code running} or {@code finished}
 * @param reason one sentence on how it ended, where there is more to say than its outcome, or why it waits
 * @param kind why it ended otherwise than by its own result, or why it waits: the name of an {@code EndKind}, or {@code PAUSED}
 * @param label the word that its exit codes give to how it ended
 * @param requirement in its canonical text
 */
public record Task(
        int index,
        String name,
        String base,
        @Nullable String platform,
        Map<String, String> matrix,
        String state,
        @Nullable Outcome outcome,
        @Nullable String reason,
        @Nullable String kind,
        @Nullable String label,
        List<String> needs,
        String requirement,
        boolean allowFailure,
        List<Attempt> attempts) {

    private static final String NO_WORKER = "NO_WORKER";
    private static final String PAUSED = "PAUSED";
    private static final String NEED = "NEED";

    public Task {
        matrix = matrix == null ? Map.of() : Map.copyOf(matrix);
        needs = needs == null ? List.of() : List.copyOf(needs);
        requirement = requirement == null ? "any" : requirement;
        attempts = attempts == null ? List.of() : List.copyOf(attempts);
    }

    public boolean isFinished() {
        return "finished".equals(state);
    }

    /** Whether it waits for a worker. */
    public boolean isReady() {
        return "ready".equals(state);
    }

    public boolean isRunning() {
        return "running".equals(state);
    }

    /** Whether it ended without having been run because no worker present could ever take it. */
    public boolean isUnmatched() {
        return isFinished() && NO_WORKER.equals(kind);
    }

    /** Whether it is ready, and no worker present could ever take it, or none may as an operator has paused it. */
    public boolean isStranded() {
        return !isFinished() && (NO_WORKER.equals(kind) || PAUSED.equals(kind));
    }

    /** Whether it is ready, and an operator has paused it. */
    public boolean isPaused() {
        return !isFinished() && PAUSED.equals(kind);
    }

    /** Whether it was not run because something that it needs did not succeed. */
    public boolean isSkippedForItsNeeds() {
        return outcome == Outcome.SKIPPED && NEED.equals(kind);
    }

    /** Whether it ended in a way that a person wants to hear of first. */
    public boolean isBroken() {
        return outcome == Outcome.FAILURE || outcome == Outcome.TIMEOUT || outcome == Outcome.ERROR;
    }

    public @Nullable Attempt lastAttempt() {
        return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
    }

    /** What was kept of it: by its last attempt. */
    public List<Attempt.Artifact> artifacts() {
        var attempt = lastAttempt();
        return attempt == null ? List.of() : attempt.artifacts();
    }
}
