package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a worker reports of an attempt.
 *
 * @param exitCode the script's; 128 + n if signal n ended it; {@code null} if no script ran to its end
 * @param label the word that the task's exit codes give this one, or that says which limit ended it
 * @param reason one sentence for a person, where the outcome is not plain success or a non-zero exit
 * @param startedAt by the worker's clock, in milliseconds since the epoch
 * @param finishedAt likewise
 * @param logBytes how many bytes of log were sent, so that a reader knows when it has them all
 * @param artifacts what was kept
 * @param tree SHA-256 of the archive of the tree that the task left, where it was to be kept
 * @param generated which further tasks it adds to its run; {@code null} for a task that generates none
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record AttemptResult(
        Outcome outcome,
        @Nullable Integer exitCode,
        @Nullable String label,
        @Nullable String reason,
        @JsonInclude long startedAt,
        @JsonInclude long finishedAt,
        @JsonInclude long logBytes,
        List<StoredArtifact> artifacts,
        @Nullable String tree,
        @Nullable Generated generated) {

    /** The label of an error that the machine's owner wanted: the task asked for more than its owner lets it have. */
    public static final String OWNER_LIMIT = "owner-limit";

    public AttemptResult {
        artifacts = artifacts == null ? List.of() : List.copyOf(artifacts);
    }

    /** A result with nothing kept. */
    public static AttemptResult of(Outcome outcome, @Nullable Integer exitCode, long startedAt, long finishedAt) {
        return new AttemptResult(outcome, exitCode, null, null, startedAt, finishedAt, 0, List.of(), null, null);
    }

    /**
     * An artifact in the blob store: a gzip-compressed tar archive with paths relative to the graph's directory.
     *
     * @param sha256 the archive's digest, its name in the blob store
     * @param bytes the archive's size
     * @param files how many files it holds
     */
    public record StoredArtifact(String name, String sha256, long bytes, int files) {}

    /**
     * Tasks that were staged under the attempt's claim, and that this result makes tasks of the run.
     *
     * @param tasks how many
     * @param sha256 the digest of the file that names them
     */
    public record Generated(@JsonInclude int tasks, String sha256) {}
}
