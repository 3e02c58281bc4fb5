package dev.coil.viewer.projection;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.Capacity;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/** The workers that are present, what they run and have given to projects, and some that were here. One thread changes it, any may read. */
public final class Workers {

    private final Map<TaskRef, RunningTask> running = new ConcurrentHashMap<>();
    private final Map<String, FairShare> shares = new HashMap<>();
    private final Departed departed = new Departed();
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

    /** Those of the last that left whose name is not present, the last one first. */
    public List<Departed.Worker> departed() {
        return departed.all();
    }

    /** What each incarnation runs, longest first. */
    public Map<String, List<RunningTask>> running() {
        return running.values().stream()
                .sorted(Comparator.comparingLong(RunningTask::since)
                        .thenComparing(t -> t.ref().key()))
                .collect(Collectors.groupingBy(RunningTask::incarnation));
    }

    /** What an incarnation has given to projects, as it keeps account itself but for what is on its way. */
    public FairShare shares(String incarnation) {
        synchronized (shares) {
            var known = shares.get(incarnation);
            return known == null ? new FairShare() : known.copy();
        }
    }

    /**
     * Every owner sees the same presence, so the newest report is the truth, whichever partition it stands in.
     *
     * @return whether others are present than before
     */
    boolean report(long newVersion, long at, List<WorkerInfo> workers) {
        if (at < reportedAt) {
            return false;
        }
        reportedAt = at;
        var sorted = workers.stream()
                .sorted(Comparator.comparing(WorkerInfo::name).thenComparing(WorkerInfo::incarnation))
                .toList();
        if (sorted.equals(present)) {
            return false;
        }
        departed.changed(present, sorted, at);
        synchronized (shares) {
            present.forEach(old -> {
                if (sorted.stream().noneMatch(worker -> worker.incarnation().equals(old.incarnation()))) {
                    shares.remove(old.incarnation());
                }
            });
        }
        present = sorted;
        version = newVersion;
        return true;
    }

    void started(long newVersion, RunningTask task) {
        running.put(task.ref(), task);
        synchronized (shares) {
            shares.computeIfAbsent(task.incarnation(), incarnation -> new FairShare())
                    .take(task.ref().project(), slots(task));
        }
        version = newVersion;
    }

    void stopped(long newVersion, TaskRef ref, long at) {
        var task = running.remove(ref);
        if (task == null) {
            return;
        }
        synchronized (shares) {
            var account = shares.get(task.incarnation());
            if (account != null) {
                account.end(ref.project(), slots(task), Math.max(0, at - task.since()) / 1_000.0);
            }
        }
        version = newVersion;
    }

    private int slots(RunningTask task) {
        for (var worker : present) {
            if (worker.incarnation().equals(task.incarnation())) {
                return Capacity.of(worker).slots(task.resources());
            }
        }
        return 1;
    }
}
