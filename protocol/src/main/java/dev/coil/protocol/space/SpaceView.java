package dev.coil.protocol.space;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.protocol.tuple.Requirement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The in-memory index of the ready tasks that a process can see. It matches classes, not tasks: each requirement that stands in the
 * view is matched once with each tuple of attributes that asks. Not thread-safe.
 */
public final class SpaceView {

    /** The ready tasks of a requirement, in line by project, and which attributes have been found to meet it and which not. */
    private record TaskClass(Map<String, TreeSet<ReadyTask>> projects, Map<String, Boolean> matches) {}

    private final Map<TaskRef, ReadyTask> tasks = new HashMap<>();
    private final Map<Requirement, TaskClass> classes = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();

    /**
     * Takes a change in. Records of an owner that has been followed by another one in the same project are ignored.
     *
     * @return whether it was not ignored
     */
    public boolean apply(SpaceChange change) {
        var project = change.task().project();
        long epoch = change instanceof SpaceChange.Put put
                ? put.ready().epoch()
                : ((SpaceChange.Remove) change).tombstone().epoch();
        if (epoch < epochs.getOrDefault(project, -1L)) {
            return false;
        }
        epochs.put(project, epoch);
        remove(change.task());
        if (change instanceof SpaceChange.Put put) {
            tasks.put(put.task(), put.ready());
            classes.computeIfAbsent(put.ready().requirement(), r -> new TaskClass(new HashMap<>(), new HashMap<>()))
                    .projects()
                    .computeIfAbsent(put.ready().project(), p -> new TreeSet<>(InLine.ORDER))
                    .add(put.ready());
        }
        return true;
    }

    /** Takes a task out, as whoever claims it must at once. */
    public void remove(TaskRef task) {
        var ready = tasks.remove(task);
        if (ready != null) {
            var projects = classes.get(ready.requirement()).projects();
            var peers = projects.get(ready.project());
            peers.remove(ready);
            if (peers.isEmpty()) {
                projects.remove(ready.project());
            }
            if (projects.isEmpty()) {
                classes.remove(ready.requirement());
            }
        }
    }

    public @Nullable ReadyTask get(TaskRef task) {
        return tasks.get(task);
    }

    public int size() {
        return tasks.size();
    }

    /**
     * At most {@code limit} tasks that a worker with these attributes may take, best first: by priority, then in turns of the projects,
     * then by age.
     */
    public List<ReadyTask> matching(Attributes attributes, FairShare shares, int limit) {
        return matching(attributes, OwnerRules.NONE, shares, limit);
    }

    /** Those of them that the owner of the worker lets it take. */
    public List<ReadyTask> matching(Attributes attributes, OwnerRules rules, FairShare shares, int limit) {
        var asking = attributes.canonical();
        var fitting = new TreeMap<String, List<ReadyTask>>();
        classes.forEach((requirement, tasksOfIt) -> {
            if (tasksOfIt.matches().computeIfAbsent(asking, a -> requirement.isMetBy(attributes))) {
                tasksOfIt.projects().forEach((project, ready) -> {
                    if (rules.allowProject(project)) {
                        ready.stream()
                                .filter(task -> task.isAllowedBy(rules))
                                .limit(limit)
                                .forEach(fitting.computeIfAbsent(project, p -> new ArrayList<>())::add);
                    }
                });
            }
        });
        fitting.values().forEach(tasks -> tasks.sort(InLine.ORDER));
        if (fitting.size() <= 1) {
            return fitting.values().stream().flatMap(List::stream).limit(limit).toList();
        }
        var chosen = new ArrayList<ReadyTask>();
        for (var turns = new Turns<>(fitting.values(), shares); turns.hasNext() && chosen.size() < limit; ) {
            chosen.add(turns.next());
        }
        return chosen;
    }
}
