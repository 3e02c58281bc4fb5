package dev.coil.ops.launch;

import dev.coil.protocol.graph.parse.GraphFile;
import dev.coil.scheduler.trigger.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a graph wants to be run for a change. */
final class Wishes {

    private Wishes() {}

    /** Why not, in a sentence; {@code null} if it does. */
    static @Nullable String refusal(
            GraphFile file, Change change, @Nullable List<String> changedFiles, String message) {
        return null;
    }
}
