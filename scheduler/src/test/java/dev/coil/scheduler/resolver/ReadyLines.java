package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.History.require;

import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The tasks that are ready, in the lines in which they wait: of one requirement, priority and project. Whatever floods one line, each of
 * the others has some of its tasks in the space, those that became ready first; and so whoever sees the space sees what is most urgent.
 */
final class ReadyLines {

    /** Of each line, at least more than half of so many are in the space before one has to wait. */
    private static final int SMALLEST_SHARE = 8;

    private record Lane(Requirement requirement, Priority priority, String project) {}

    /** In the order in which they became ready; {@code true} for those in the space. */
    private static final class Line {
        final Map<TaskRef, Boolean> tasks = new LinkedHashMap<>();
        int published;

        boolean hasWaiting() {
            return published < tasks.size();
        }
    }

    private final History told;
    private final Map<Lane, Line> lines = new HashMap<>();

    ReadyLines(History told) {
        this.told = told;
    }

    private static Lane lane(TaskRef ref, History.Task task) {
        return new Lane(task.spec.requirement(), task.spec.priority(), ref.project());
    }

    void ready(TaskRef ref, History.Task task) {
        lines.computeIfAbsent(lane(ref, task), lane -> new Line()).tasks.put(ref, false);
    }

    /** It is ready no more. */
    void left(TaskRef ref, History.Task task) {
        withdrawn(ref, task);
        var lane = lane(ref, task);
        var line = lines.get(lane);
        if (line != null) {
            line.tasks.remove(ref);
            if (line.tasks.isEmpty()) {
                lines.remove(lane);
            }
        }
    }

    void published(TaskRef ref, History.Task task) {
        var line = lines.get(lane(ref, task));
        for (var before : line.tasks.entrySet()) {
            if (before.getKey().equals(ref)) {
                break;
            }
            require(before.getValue(), "%s is in the space before %s, which was ready first", ref, before.getKey());
        }
        if (Boolean.FALSE.equals(line.tasks.put(ref, true))) {
            line.published++;
        }
    }

    void withdrawn(TaskRef ref, History.Task task) {
        var line = lines.get(lane(ref, task));
        if (line != null && Boolean.TRUE.equals(line.tasks.replace(ref, false))) {
            line.published--;
        }
    }

    private boolean isPaused(Lane lane) {
        return told.paused.stream().anyMatch(scope -> scope.covers(lane.project(), lane.requirement()));
    }

    /** A command has been folded: nobody waits who need not. */
    void checkWaiting() {
        lines.forEach((lane, line) -> require(
                !line.hasWaiting() || line.published * 2 > SMALLEST_SHARE || isPaused(lane),
                "%s of %s wait, and only %s are in the space",
                line.tasks.size() - line.published,
                lane,
                line.published));
    }

    /**
     * What somebody with these attributes is offered, who sees all of the space and has served nobody before: nothing is ready that is
     * more urgent, and within the most urgent priority the projects take turns.
     */
    void checkOffer(Attributes attributes, List<ReadyTask> offer, int limit) {
        var ready = new EnumMap<Priority, Map<String, Integer>>(Priority.class);
        lines.forEach((lane, line) -> {
            if (lane.requirement().isMetBy(attributes) && !isPaused(lane)) {
                ready.computeIfAbsent(lane.priority(), p -> new TreeMap<>())
                        .merge(lane.project(), line.published, Integer::sum);
            }
        });
        var first = ready.isEmpty() ? null : ready.keySet().iterator().next();
        require(offer.isEmpty() == (first == null), "%s is offered where %s is ready", offer, ready);
        if (first == null) {
            return;
        }
        var turns = new HashMap<String, Integer>();
        for (var one : offer) {
            require(!lines.get(lane(one.ref(), told.task(one.ref()))).tasks.isEmpty(), "%s is offered", one.ref());
            if (one.priority() == first) {
                turns.merge(one.project(), 1, Integer::sum);
            }
        }
        require(offer.get(0).priority() == first, "%s is offered while %s is ready", offer.get(0), ready);
        var projects = ready.get(first);
        int fair = limit / projects.size();
        projects.forEach((project, published) -> require(
                turns.getOrDefault(project, 0) >= Math.min(fair, published),
                "%s has %s of %s turns, and %s in the space",
                project,
                turns,
                limit,
                published));
    }
}
