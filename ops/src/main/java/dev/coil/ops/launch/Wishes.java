package dev.coil.ops.launch;

import dev.coil.protocol.graph.parse.GraphFile;
import dev.coil.protocol.graph.trigger.Event;
import dev.coil.protocol.graph.trigger.Occasion;
import dev.coil.scheduler.trigger.Change;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a graph wants to be run for a change. */
final class Wishes {

    private Wishes() {}

    /**
     * Why not, in a sentence; {@code null} if it does.
     *
     * @param changedFiles as paths from the graph's directory; {@code null} if unknown
     * @param message of the commit
     */
    static @Nullable String refusal(
            GraphFile file, Change change, @Nullable List<String> changedFiles, String message) {
        var event = change.pullRequest() == 0 ? Event.PUSH : Event.PULL_REQUEST;
        return file.triggers()
                .refusal(new Occasion(event, change.ref(), change.baseRef(), changedFiles, message))
                .orElse(null);
    }
}
