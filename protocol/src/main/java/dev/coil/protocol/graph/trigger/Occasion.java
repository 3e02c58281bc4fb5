package dev.coil.protocol.graph.trigger;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened to a repository, and may start a run.
 *
 * @param ref the full name of the branch or tag: {@code refs/heads/main}, {@code refs/tags/v1}
 * @param base of a pull request the full name of the branch that it is to be merged into; else empty
 * @param changedFiles paths relative to the graph's directory; {@code null} if unknown
 * @param message of the commit, the whole of it; empty if unknown
 */
public record Occasion(
        Event event, String ref, String base, @Nullable List<String> changedFiles, String message) {

    static final String BRANCH = "refs/heads/";
    static final String TAG = "refs/tags/";

    public Occasion {
        changedFiles = changedFiles == null ? null : List.copyOf(changedFiles);
    }

    boolean isOfTag() {
        return ref.startsWith(TAG);
    }

    boolean isOfBranch() {
        return ref.startsWith(BRANCH);
    }

    /** The name of a branch or tag without what says which of the two it is. */
    static String bare(String ref) {
        return ref.startsWith(BRANCH)
                ? ref.substring(BRANCH.length())
                : ref.startsWith(TAG) ? ref.substring(TAG.length()) : ref;
    }
}
