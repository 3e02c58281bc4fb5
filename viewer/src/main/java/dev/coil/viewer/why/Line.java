package dev.coil.viewer.why;

import dev.coil.protocol.space.InLine;
import dev.coil.protocol.space.Turns;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.TaskPhase;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The place of one ready task in the line of each worker that could take it, by the order in which workers take. */
final class Line {

    /** At how many workers it is looked; those come first of which the project has had least. */
    private static final int WORKERS = 16;

    private final Fleet fleet;
    private final Waiter mine;
    private final Map<String, List<Waiter>> byProject;

    /**
     * Its place at the worker where it is nearest to its turn.
     *
     * @param ahead what comes before it there, first things first
     */
    record Place(WorkerInfo worker, List<Waiter> ahead) {}

    /** @param open the workers that could take it */
    Line(Projection projection, Fleet fleet, List<WorkerInfo> open, Waiter mine) {
        this.fleet = fleet;
        this.mine = mine;
        byProject = waiters(projection, open);
        byProject.values().forEach(tasks -> tasks.sort(InLine.ORDER));
    }

    /** Those that could come before it on one of the workers, and itself. */
    private Map<String, List<Waiter>> waiters(Projection projection, List<WorkerInfo> open) {
        var all = new TreeMap<String, List<Waiter>>();
        all.computeIfAbsent(mine.project(), project -> new ArrayList<>()).add(mine);
        for (var run : projection.runs()) {
            if (run.head().counts().of(TaskPhase.READY) > 0) {
                collect(run, open, all);
            }
        }
        return all;
    }

    private void collect(RunState run, List<WorkerInfo> open, Map<String, List<Waiter>> all) {
        var wanted = new HashMap<String, Boolean>();
        boolean own = run.project().equals(mine.project());
        for (int task = 0; task < run.size(); task++) {
            if (run.task(task).phase() != TaskPhase.READY
                    || run.facts(task).priority().compareTo(mine.priority()) > 0
                    || (run == mine.of() && task == mine.task())) {
                continue;
            }
            int index = task;
            var waiter = Waiter.of(run, task);
            boolean counts = (!own || InLine.ORDER.compare(waiter, mine) < 0)
                    && wanted.computeIfAbsent(
                            run.facts(task).requirement(),
                            text -> run.pause(index) == null && isForOneOf(open, waiter.requirement()));
            if (counts) {
                all.computeIfAbsent(run.project(), project -> new ArrayList<>()).add(waiter);
            }
        }
    }

    private static boolean isForOneOf(List<WorkerInfo> workers, Requirement requirement) {
        return workers.stream().anyMatch(worker -> requirement.isMetBy(worker.attributes()));
    }

    /** @param open the workers that could take it, at least one */
    Place best(List<WorkerInfo> open) {
        Place best = null;
        var nearest = open.stream()
                .sorted(Comparator.comparingDouble((WorkerInfo worker) -> debt(worker))
                        .thenComparing(WorkerInfo::name))
                .limit(WORKERS)
                .toList();
        for (var worker : nearest) {
            var place = place(
                    worker, best == null ? Integer.MAX_VALUE : best.ahead().size());
            best = place == null ? best : place;
        }
        if (best == null) {
            throw new IllegalArgumentException("no worker is given");
        }
        return best;
    }

    /** What the project has had there more than the one that has had least. */
    private double debt(WorkerInfo worker) {
        var shares = fleet.shares(worker);
        return shares.of(mine.project())
                - byProject.keySet().stream().mapToDouble(shares::of).min().orElse(0);
    }

    /** @return {@code null} unless fewer than {@code limit} come before it */
    private @Nullable Place place(WorkerInfo worker, int limit) {
        var ahead = new ArrayList<Waiter>();
        var turns = new Turns<>(forWorker(worker), fleet.shares(worker));
        for (var next = turns.next(); !next.equals(mine); next = turns.next()) {
            ahead.add(next);
            if (ahead.size() >= limit) {
                return null;
            }
        }
        return new Place(worker, ahead);
    }

    private Collection<List<Waiter>> forWorker(WorkerInfo worker) {
        Set<Requirement> met = new HashSet<>();
        byProject.values().stream()
                .flatMap(List::stream)
                .map(Waiter::requirement)
                .forEach(met::add);
        met.removeIf(requirement -> !requirement.isMetBy(worker.attributes()));
        return byProject.values().stream()
                .map(tasks -> tasks.stream()
                        .filter(task -> met.contains(task.requirement()))
                        .toList())
                .filter(tasks -> !tasks.isEmpty())
                .toList();
    }
}
