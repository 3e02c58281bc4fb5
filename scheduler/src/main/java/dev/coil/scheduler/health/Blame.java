package dev.coil.scheduler.health;

import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.pause.PauseScope;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whose fault errors of the infrastructure are, as the events tell. An error counts against a worker only when the same task has come to
 * a result of its own on another one since: a commit that nobody can fetch is no worker's fault. Results of its own clear a worker. A
 * pure fold; not thread-safe.
 */
final class Blame {

    /** So many tasks in a row are no accident. */
    static final int STREAK = 3;

    /** So many tasks with errors are remembered; those that nobody has brought to a result for longest are forgotten first. */
    private static final int MOST_SUSPICIONS = 10_000;

    /**
     * A worker has failed too many tasks that went well elsewhere.
     *
     * @param worker its name
     * @param tasks in the order in which that became known
     */
    record Finding(String worker, List<TaskRef> tasks, String lastReason) {}

    /** An error that a worker reported. */
    private record Suspicion(String worker, String reason) {}

    private static final class Streak {
        final Set<TaskRef> tasks = new LinkedHashSet<>();
        String lastReason = "";
    }

    private final Map<TaskRef, String> running = new HashMap<>();
    private final Map<TaskRef, List<Suspicion>> suspicions = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<TaskRef, List<Suspicion>> eldest) {
            return size() > MOST_SUSPICIONS;
        }
    };
    private final Map<String, Streak> streaks = new HashMap<>();

    /** Those that are to take nothing anyway, and end what they have. */
    private final Set<PauseScope> paused = new HashSet<>();

    /** Takes an event in. Returns whom it makes one too many for. */
    List<Finding> apply(Event event) {
        if (event instanceof Event.TaskClaimed claimed) {
            running.put(ref(claimed), claimed.worker());
        } else if (event instanceof Event.AttemptEnded ended) {
            return ended(ref(ended), ended.result());
        } else if (event instanceof Event.TaskFinished finished) {
            return ended(ref(finished), finished.result());
        } else if (event instanceof Event.Paused now) {
            paused.add(now.pause().scope());
        } else if (event instanceof Event.Resumed resumed) {
            paused.remove(resumed.scope());
        } else if (event instanceof Event.RunForgotten forgotten) {
            suspicions
                    .keySet()
                    .removeIf(task ->
                            task.run() == forgotten.run() && task.project().equals(forgotten.project()));
        }
        return List.of();
    }

    private static TaskRef ref(Event.OfTask event) {
        return new TaskRef(event.project(), event.run(), event.task());
    }

    /** @param result {@code null} if the worker reported none: it was stopped or lost, which says nothing of how it works */
    private List<Finding> ended(TaskRef task, @Nullable AttemptResult result) {
        var worker = running.remove(task);
        if (worker == null || result == null || result.outcome() == Outcome.CANCELLED) {
            return List.of();
        }
        if (result.outcome() == Outcome.ERROR) {
            boolean wanted = AttemptResult.OWNER_LIMIT.equals(result.label());
            if (wanted || paused.contains(PauseScope.worker(worker))) {
                return List.of();
            }
            var reason = result.reason() == null ? "" : result.reason();
            suspicions.computeIfAbsent(task, t -> new ArrayList<>()).add(new Suspicion(worker, reason));
            return List.of();
        }
        streaks.remove(worker);
        var suspected = suspicions.remove(task);
        return suspected == null ? List.of() : confirm(task, suspected, worker);
    }

    private List<Finding> confirm(TaskRef task, List<Suspicion> suspected, String innocent) {
        var findings = new ArrayList<Finding>();
        for (var suspicion : suspected) {
            if (suspicion.worker().equals(innocent)) {
                continue;
            }
            var streak = streaks.computeIfAbsent(suspicion.worker(), w -> new Streak());
            streak.lastReason = suspicion.reason();
            if (streak.tasks.add(task) && streak.tasks.size() >= STREAK) {
                forget(suspicion.worker());
                findings.add(new Finding(suspicion.worker(), List.copyOf(streak.tasks), streak.lastReason));
            }
        }
        return findings;
    }

    /** What was done before a finding is done with it. */
    private void forget(String worker) {
        streaks.remove(worker);
        suspicions
                .values()
                .forEach(suspected -> suspected.removeIf(one -> one.worker().equals(worker)));
        suspicions.values().removeIf(List::isEmpty);
    }
}
