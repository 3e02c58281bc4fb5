package dev.coil.protocol.graph.trigger;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which pushes start runs. Where neither branches nor tags are named, all of both do; where only one of them is, the other does not.
 *
 * @param branches {@code null} if not named
 * @param tags {@code null} if not named
 * @param paths {@code null} if not named; a pushed tag changes no files, so it is not asked
 */
public record PushTrigger(
        @Nullable Filter branches,
        @Nullable Filter tags,
        @Nullable Filter paths) {

    private static final String KEY = "on.push.";

    Optional<String> refusal(Occasion push) {
        var name = Occasion.bare(push.ref());
        if (push.isOfTag()) {
            return refusal("tag '" + name + "'", name, tags, "tags", branches);
        } else if (!push.isOfBranch()) {
            return Optional.of("'" + name + "' is neither a branch nor a tag");
        }
        var refusal = refusal("branch '" + name + "'", name, branches, "branches", tags);
        return refusal.isPresent() || paths == null
                ? refusal
                : Paths.refusal(paths, push.changedFiles(), KEY + "paths");
    }

    private static Optional<String> refusal(
            String what, String name, @Nullable Filter filter, String key, @Nullable Filter other) {
        if (filter != null) {
            return filter.admits(name) ? Optional.empty() : Optional.of(filter.refusal(what, KEY + key));
        }
        return other == null ? Optional.empty() : Optional.of(what + " starts no run: there is no " + KEY + key);
    }
}
