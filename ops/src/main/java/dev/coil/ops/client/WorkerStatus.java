package dev.coil.ops.client;

import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.OwnerRules;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A worker that is present, and what it runs.
 *
 * @param slots how many tasks it runs at once
 * @param draining whether it takes nothing new
 * @param unfit why it takes nothing by its own judgement of its machine; {@code null} if it is fit
 * @param rules which tasks its owner lets it take; {@code null} for all that it matches
 * @param drained the operator's order not to; {@code null} if there is none
 */
public record WorkerStatus(
        String name,
        @Nullable String worker,
        @Nullable String incarnation,
        Attributes attributes,
        int slots,
        @Nullable String version,
        @Nullable Instant startedAt,
        boolean draining,
        @Nullable String unfit,
        @Nullable OwnerRules rules,
        @Nullable PauseStatus drained,
        List<Running> running) {

    public WorkerStatus {
        running = running == null ? List.of() : List.copyOf(running);
    }

    /**
     * A task that it runs.
     *
     * @param run the run's number
     * @param task the task's index
     */
    public record Running(
            String project,
            int run,
            int task,
            @Nullable String name,
            int attempt,
            @Nullable Instant since) {}
}
