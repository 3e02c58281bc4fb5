package dev.coil.ops.checkout;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a submitter points at.
 *
 * @param path a directory: a repository, a part of one, or plain files
 * @param revision a branch, tag or commit; {@code null} for {@code HEAD}
 * @param dirty whether uncommitted changes belong to it
 * @param graph the graph to use instead of the one that lies there
 */
public record Wanted(
        Path path,
        @Nullable String revision,
        boolean dirty,
        @Nullable GraphText graph) {

    /** The commit at a path, with the graph that lies there. */
    public static Wanted at(Path path) {
        return new Wanted(path, null, false, null);
    }
}
