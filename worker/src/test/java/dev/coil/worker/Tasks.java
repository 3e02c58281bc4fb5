package dev.coil.worker;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.Requirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Ready tasks for tests. */
public final class Tasks {

    private Tasks() {}

    public static ReadyTask ready(Source source, Action action, @Nullable String fromTree, List<String> downloads) {
        return new ReadyTask(
                1,
                "demo",
                7,
                3,
                2,
                "0011223344556677",
                "test/linux/1",
                Map.of("py.version", "3.10"),
                Requirement.ANY,
                Priority.NORMAL,
                Start.OPTIMISTIC,
                0,
                0,
                source,
                action,
                fromTree,
                downloads);
    }

    public static ReadyTask script(String script) {
        return ready(Source.none(), Action.script(script), null, List.of());
    }

    /** A source with nothing but a commit and a directory. */
    public static Source commit(String commit, String directory) {
        return new Source(commit, "refs/heads/main", "push", "", directory, "");
    }

    /** An action that checks out, or starts in a tree, and unpacks. */
    public static Action inputs(boolean checkout, @Nullable Integer from, List<Action.Download> downloads) {
        return new Action(
                "true",
                null,
                "sh",
                Map.of(),
                "",
                checkout,
                from,
                false,
                downloads,
                List.of(),
                Map.of(),
                false,
                Resources.NONE,
                List.of(),
                null,
                List.of());
    }
}
