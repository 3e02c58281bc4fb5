package dev.coil.viewer.projection;

import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What changes about a task.
 *
 * @param version of the projection at the last change; all of a reader's versions below it are older
 * @param outcome {@code null} until it finished
 * @param reason one sentence for a person, where there is something to say
 * @param hold what it waits for although its needs have ended; {@code null} for nothing
 * @param readyAt when it last became ready, by the log's clock, in milliseconds since the epoch; 0 if it never did
 * @param attempts oldest first
 */
public record TaskState(
        long version,
        TaskPhase phase,
        @Nullable Outcome outcome,
        @Nullable String label,
        @Nullable String reason,
        @Nullable EndKind kind,
        @Nullable Hold hold,
        long readyAt,
        List<Attempt> attempts) {

    /** A task that nothing has happened to. */
    static TaskState waiting(long version) {
        return new TaskState(version, TaskPhase.WAITING, null, null, null, null, null, 0, List.of());
    }

    /** @return {@code null} if there is no such attempt */
    public @Nullable Attempt attempt(int number) {
        for (var attempt : attempts) {
            if (attempt.number() == number) {
                return attempt;
            }
        }
        return null;
    }

    /** @return {@code null} if there has been none */
    public @Nullable Attempt latestAttempt() {
        return attempts.isEmpty() ? null : attempts.get(attempts.size() - 1);
    }

    /** The same, where there is something new to tell of it. */
    TaskState at(long newVersion) {
        return new TaskState(newVersion, phase, outcome, label, reason, kind, hold, readyAt, attempts);
    }

    /** Without an outcome, in this phase. */
    TaskState in(long newVersion, TaskPhase newPhase, long newReadyAt, List<Attempt> newAttempts) {
        return new TaskState(newVersion, newPhase, null, null, null, null, null, newReadyAt, newAttempts);
    }

    /** Waiting, although its needs have ended. */
    TaskState held(long newVersion, Hold by, List<Attempt> newAttempts) {
        return new TaskState(newVersion, TaskPhase.WAITING, null, null, by.text(), null, by, readyAt, newAttempts);
    }

    /** The attempts with this one in the place of the one with its number, or at the end. */
    List<Attempt> with(Attempt attempt) {
        if (attempts.isEmpty()) {
            return List.of(attempt);
        }
        var all = new ArrayList<>(attempts);
        all.removeIf(a -> a.number() == attempt.number());
        all.add(attempt);
        return List.copyOf(all);
    }
}
