package dev.coil.scheduler.trigger;

import dev.coil.protocol.graph.trigger.Schedule;
import dev.coil.protocol.project.ProjectSettings;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Looks into repositories, and makes runs of their commits. */
public interface Launcher {

    /** What came of it. */
    sealed interface Launch {

        /** The schedules of the graph, if it was looked at on the default branch; {@code null} if not. */
        @Nullable
        List<Schedule> schedules();

        /** There is a run of it: a new one, or the one that the same change made before. */
        record Started(int run, @Nullable List<Schedule> schedules) implements Launch {}

        /** The graph does not want it to be run, and says why not. */
        record Unwanted(String reason, @Nullable List<Schedule> schedules) implements Launch {}
    }

    /**
     * Starts a run for a change, unless the graph file at that commit says otherwise.
     *
     * @param id of the run: 16 hexadecimal digits; with the same id there is one run only
     * @param token for the repository, {@code null} for none
     * @throws Impossible if it will not succeed either the next time
     * @throws Unreachable if it may succeed later
     */
    Launch launch(String project, ProjectSettings settings, @Nullable String token, Change change, String id)
            throws InterruptedException;

    /**
     * The branches and tags of a repository with their objects, and {@code HEAD} with the full name of the default branch.
     *
     * @throws Unreachable if it does not answer
     */
    Map<String, String> refs(String project, ProjectSettings settings, @Nullable String token)
            throws InterruptedException;

    /** It cannot be done: the graph is wrong, or the commit is gone. The message is one sentence for people. */
    final class Impossible extends RuntimeException {
        public Impossible(String message) {
            super(message, null, false, false);
        }
    }

    /** Somebody who is needed does not answer. The message is one sentence for people. */
    final class Unreachable extends RuntimeException {
        public Unreachable(String message) {
            super(message, null, false, false);
        }
    }
}
