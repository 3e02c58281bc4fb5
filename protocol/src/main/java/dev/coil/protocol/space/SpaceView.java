package dev.coil.protocol.space;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.Requirement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The in-memory index of the ready tasks that a process can see. It matches classes, not tasks: each requirement that stands in the
 * view is matched once with each tuple of attributes that asks. Not thread-safe.
 */
public final class SpaceView {

    /** Priority, then age, then name. */
    public static final Comparator<ReadyTask> ORDER = Comparator.comparing(ReadyTask::priority)
            .thenComparingLong(ReadyTask::readyAt)
            .thenComparing(ReadyTask::project)
            .thenComparingInt(ReadyTask::run)
            .thenComparingInt(ReadyTask::task);

    private final Map<TaskRef, ReadyTask> tasks = new HashMap<>();
    private final Map<Requirement, TreeSet<ReadyTask>> classes = new HashMap<>();
    private final Map<String, Map<Requirement, Boolean>> matches = new HashMap<>();
    private final Map<String, Long> epochs = new HashMap<>();

    /** Takes a change in. Records of an owner that has been followed by another one in the same project are ignored. */
    public void apply(SpaceChange change) {
        var project = change.task().project();
        long epoch = change instanceof SpaceChange.Put put
                ? put.ready().epoch()
                : ((SpaceChange.Remove) change).tombstone().epoch();
        if (epoch < epochs.getOrDefault(project, -1L)) {
            return;
        }
        epochs.put(project, epoch);
        remove(change.task());
        if (change instanceof SpaceChange.Put put) {
            tasks.put(put.task(), put.ready());
            classes.computeIfAbsent(put.ready().requirement(), r -> new TreeSet<>(ORDER))
                    .add(put.ready());
        }
    }

    /** Takes a task out, as whoever claims it must at once. */
    public void remove(TaskRef task) {
        var ready = tasks.remove(task);
        if (ready != null) {
            var peers = classes.get(ready.requirement());
            peers.remove(ready);
            if (peers.isEmpty()) {
                classes.remove(ready.requirement());
                matches.values().forEach(known -> known.remove(ready.requirement()));
            }
        }
    }

    public @Nullable ReadyTask get(TaskRef task) {
        return tasks.get(task);
    }

    public int size() {
        return tasks.size();
    }

    /** At most {@code limit} tasks that a worker with these attributes may take, best first. */
    public List<ReadyTask> matching(Attributes attributes, int limit) {
        var known = matches.computeIfAbsent(attributes.canonical(), a -> new HashMap<>());
        var fitting = new ArrayList<TreeSet<ReadyTask>>();
        classes.forEach((requirement, ready) -> {
            if (known.computeIfAbsent(requirement, r -> r.isMetBy(attributes))) {
                fitting.add(ready);
            }
        });
        if (fitting.size() == 1) {
            return fitting.get(0).stream().limit(limit).toList();
        }
        return fitting.stream()
                .flatMap(ready -> ready.stream().limit(limit))
                .sorted(ORDER)
                .limit(limit)
                .toList();
    }
}
