package dev.coil.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Why a task waits, as a node says it.
 *
 * @param reasons in order; empty if it does not wait
 * @param startsInMillis about how long until it starts, or until its needs have ended; {@code null} if nobody can know
 */
public record Waiting(
        String task,
        String state,
        List<Reason> reasons,
        int ahead,
        @Nullable Long startsInMillis) {

    /** Whether other tasks have to end first. */
    public boolean isForNeeds() {
        return reasons.stream().anyMatch(reason -> reason.kind().equals("needs"));
    }

    /** One reason: its kind for programs, and a sentence for people. */
    public record Reason(String kind, String text) {}
}
