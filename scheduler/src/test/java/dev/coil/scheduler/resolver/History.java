package dev.coil.scheduler.resolver;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the world was told of tasks, runs and workers, and of nothing else. */
final class History {

    enum Status {
        WAITING,
        READY,
        RUNNING,
        ENDED
    }

    static final class Task {
        final TaskSpec spec;
        Status status = Status.WAITING;
        int attempt;
        int claimed;

        @Nullable
        ClaimId claim;

        boolean blocked;

        /** The index of the task that generated it. */
        @Nullable
        Integer generator;

        boolean hasGenerated;

        /** The run was cancelled after this attempt became ready. */
        boolean doomed;

        Task(TaskSpec spec) {
            this.spec = spec;
        }
    }

    static final class Run {
        final Map<Integer, Task> tasks = new TreeMap<>();
        boolean finished;
        int open;
        int openRequired;

        @Nullable
        Outcome known;
    }

    final ToldWorkers workers = new ToldWorkers();
    final Map<TaskRef, Task> tasks = new HashMap<>();
    final Map<String, Run> runs = new HashMap<>();

    /** The attempts in the space. */
    final Map<TaskRef, Integer> space = new HashMap<>();

    final Set<PauseScope> paused = new HashSet<>();
    int openRuns;

    boolean isPaused(TaskRef ref, Task task) {
        return paused.stream().anyMatch(scope -> scope.covers(ref.project(), task.spec.requirement()));
    }

    /** How many of those that a task generated, also in turn, have not ended. */
    int open(Run run, int generator) {
        int open = 0;
        for (var task : run.tasks.values()) {
            var above = task.generator;
            while (above != null && above != generator) {
                above = run.tasks.get(above).generator;
            }
            open += above != null && task.status != Status.ENDED ? 1 : 0;
        }
        return open;
    }

    Task task(TaskRef ref) {
        var task = tasks.get(ref);
        require(task != null, "nobody knows %s", ref);
        return task;
    }

    Run run(Event.OfRun event) {
        var run = runs.get(event.project() + "#" + event.run());
        require(run != null, "nobody knows the run of %s", event);
        return run;
    }

    /** Formats only what fails, as it is asked a million times. */
    static void require(boolean holds, String message, @Nullable Object... details) {
        if (!holds) {
            throw new AssertionError(message.formatted(details));
        }
    }
}
