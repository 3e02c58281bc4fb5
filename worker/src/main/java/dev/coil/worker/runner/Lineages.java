package dev.coil.worker.runner;

import dev.coil.protocol.space.ReadyTask;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where trees were made. What a build leaves is often tied to its absolute path ({@code configure --prefix="$PWD/out"}, CMake's cache), so
 * a task that starts in a tree which this worker made gets the path at which it was made, and so do those that start in its own.
 */
final class Lineages {

    private static final int MOST = 10_000;

    private final Map<String, String> byTree = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
            return size() > MOST;
        }
    };

    /** The name of the place that a task must have; {@code null} if any will do. */
    synchronized @Nullable String of(ReadyTask task) {
        if (task.fromTree() == null && !task.action().keepTree()) {
            return null;
        }
        var known = task.fromTree() == null ? null : byTree.get(task.fromTree());
        return known != null ? known : task.runId() + "-" + task.task();
    }

    synchronized void remember(@Nullable String tree, @Nullable String lineage) {
        if (tree != null && lineage != null) {
            byTree.put(tree, lineage);
        }
    }
}
