package dev.coil.ops.client;

import dev.coil.protocol.graph.Outcome;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a task by one worker.
 *
 * @param number from 1
 * @param worker the worker's name
 * @param startedAt when its claim was accepted
 * @param exitCode {@code null} if no script ran to its end
 * @param logBytes the length of its whole log; 0 while it runs
 */
public record Attempt(
        int number,
        @Nullable String worker,
        @Nullable Instant startedAt,
        @Nullable Instant finishedAt,
        @Nullable Integer exitCode,
        @Nullable Outcome outcome,
        @Nullable String reason,
        long logBytes,
        List<Artifact> artifacts) {

    public Attempt {
        artifacts = artifacts == null ? List.of() : List.copyOf(artifacts);
    }

    /**
     * A kept artifact: a gzip-compressed tar archive.
     *
     * @param sha256 its name in the blob store
     * @param bytes the archive's size
     * @param files how many files it holds
     * @param expiresAt from when on it is not kept, if its run has finished by then; {@code null} if that is not to be seen yet
     */
    public record Artifact(
            String name,
            String sha256,
            long bytes,
            int files,
            @Nullable Instant expiresAt) {}
}
