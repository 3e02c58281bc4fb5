package dev.coil.viewer.projection;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The workers that are present, and what they run. One thread changes it, any may read. */
public final class Workers {

    private final Map<TaskRef, RunningTask> running = new ConcurrentHashMap<>();
    private volatile List<WorkerInfo> present = List.of();
    private volatile long version;
    private long reportedAt;

    /** Of the projection, at the last change here. */
    public long version() {
        return version;
    }

    /** By name. */
    public List<WorkerInfo> present() {
        return present;
    }

    /** What each incarnation runs, longest first. */
    public Map<String, List<RunningTask>> running() {
        return running.values().stream()
                .sorted(Comparator.comparingLong(RunningTask::since)
                        .thenComparing(t -> t.ref().key()))
                .collect(Collectors.groupingBy(RunningTask::incarnation));
    }

    /** Every owner sees the same presence, so the newest report is the truth, whichever partition it stands in. */
    void report(long newVersion, long at, List<WorkerInfo> workers) {
        if (at < reportedAt) {
            return;
        }
        reportedAt = at;
        var sorted = workers.stream()
                .sorted(Comparator.comparing(WorkerInfo::name).thenComparing(WorkerInfo::incarnation))
                .toList();
        if (!sorted.equals(present)) {
            present = sorted;
            version = newVersion;
        }
    }

    void started(long newVersion, RunningTask task) {
        running.put(task.ref(), task);
        version = newVersion;
    }

    void stopped(long newVersion, TaskRef ref) {
        if (running.remove(ref) != null) {
            version = newVersion;
        }
    }
}
