package dev.coil.protocol.graph.trigger;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which pull requests start runs.
 *
 * @param branches into which they are to be merged; {@code null} for all
 * @param paths that they change; {@code null} for all
 */
public record PullRequestTrigger(
        @Nullable Filter branches, @Nullable Filter paths) {

    private static final String KEY = "on.pull_request.";

    Optional<String> refusal(Occasion pullRequest) {
        var base = Occasion.bare(pullRequest.base());
        if (branches != null && !branches.admits(base)) {
            return Optional.of(branches.refusal("the base branch '" + base + "'", KEY + "branches"));
        }
        return paths == null ? Optional.empty() : Paths.refusal(paths, pullRequest.changedFiles(), KEY + "paths");
    }
}
