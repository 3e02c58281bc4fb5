package dev.coil.viewer.projection;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.Capacity;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The workers that are present, what they run and have given to projects, and some that were here. One thread changes it, any may read. */
public final class Workers {

    /** As many as come and go while partitions are read one after the other. */
    private static final int MOST_GONE = 20_000;

    private final Map<TaskRef, RunningTask> running = new ConcurrentHashMap<>();
    private final Map<String, FairShare> shares = new HashMap<>();
    private final Departed departed = new Departed();

    /** A worker, and when that was told. */
    private record Present(WorkerInfo worker, long at) {}

    private record Place(String name, String incarnation) implements Comparable<Place> {
        static Place of(WorkerInfo worker) {
            return new Place(worker.name(), worker.incarnation());
        }

        @Override
        public int compareTo(Place other) {
            int byName = name.compareTo(other.name);
            return byName == 0 ? incarnation.compareTo(other.incarnation) : byName;
        }
    }

    /** All that are present, as a list that does not change. */
    private record Roll(long version, List<WorkerInfo> workers) {}

    private final TreeMap<String, Present> present = new TreeMap<>();
    private final ConcurrentNavigableMap<Place, WorkerInfo> byName = new ConcurrentSkipListMap<>();
    private final Map<String, Integer> names = new HashMap<>();
    private final Offers offers = new Offers();
    private boolean offersChanged;

    /** When it was told of those that are not present: some partition may be behind and tell of them still. */
    private final Map<String, Long> gone = new LinkedHashMap<>();

    private volatile Roll roll = new Roll(0, List.of());
    private volatile long presentVersion;
    private volatile long version;
    private long retoldAt;

    /** Of the projection, at the last change here. */
    public long version() {
        return version;
    }

    /** By name. */
    public List<WorkerInfo> present() {
        // What comes after this was asked is of a later version, and makes it anew.
        long asked = presentVersion;
        var last = roll;
        if (last.version() != asked) {
            last = new Roll(asked, List.copyOf(byName.values()));
            roll = last;
        }
        return last.workers();
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
     * An owner sees others than before. Every owner sees the same presence, so the newest that any of them told of an incarnation is the
     * truth, whichever partition it stands in.
     *
     * @return whether others are present than before
     */
    boolean changed(long newVersion, long at, List<WorkerInfo> came, List<String> gone) {
        var left = new ArrayList<WorkerInfo>();
        boolean other = false;
        for (var incarnation : gone) {
            if (isNews(incarnation, at)) {
                other |= leave(incarnation, at, left);
            }
        }
        for (var worker : came) {
            if (isNews(worker.incarnation(), at)) {
                other |= enter(worker, at);
            }
        }
        return publish(newVersion, at, left, other);
    }

    /**
     * An owner told all that it sees of a part of the incarnations: whoever else is of that part is gone, unless another one told of it later.
     *
     * @param after where the part begins, without this; {@code null} for the beginning
     * @param upTo where it ends, with this; {@code null} for the end
     * @return whether others are present than before
     */
    boolean retold(long newVersion, long at, @Nullable String after, @Nullable String upTo, List<WorkerInfo> workers) {
        if (at < retoldAt) {
            return false;
        }
        var told = workers.stream().map(WorkerInfo::incarnation).collect(Collectors.toSet());
        var part = after == null ? present : present.tailMap(after, false);
        part = upTo == null ? part : part.headMap(upTo, true);
        var missing = part.keySet().stream()
                .filter(incarnation -> !told.contains(incarnation) && isNews(incarnation, at))
                .toList();
        boolean other = changed(newVersion, at, workers, missing);
        if (upTo != null) {
            return other;
        }
        // Between the pieces, another partition may have told what is older.
        var older = present.entrySet().stream()
                .filter(one -> one.getValue().at() < at)
                .map(Map.Entry::getKey)
                .toList();
        retoldAt = at;
        return changed(newVersion, at, List.of(), older) || other;
    }

    private boolean isNews(String incarnation, long at) {
        var known = present.get(incarnation);
        return at >= retoldAt && at >= (known == null ? gone.getOrDefault(incarnation, 0L) : known.at());
    }

    private boolean enter(WorkerInfo worker, long at) {
        gone.remove(worker.incarnation());
        var before = present.put(worker.incarnation(), new Present(worker, at));
        if (before != null && before.worker().equals(worker)) {
            return false;
        }
        if (before != null) {
            forget(before.worker());
        }
        byName.put(Place.of(worker), worker);
        names.merge(worker.name(), 1, Integer::sum);
        offersChanged |= offers.add(worker.attributes());
        return true;
    }

    private boolean leave(String incarnation, long at, List<WorkerInfo> left) {
        gone.remove(incarnation);
        gone.put(incarnation, at);
        if (gone.size() > MOST_GONE) {
            gone.remove(gone.keySet().iterator().next());
        }
        var before = present.remove(incarnation);
        if (before == null) {
            return false;
        }
        forget(before.worker());
        left.add(before.worker());
        return true;
    }

    private void forget(WorkerInfo worker) {
        byName.remove(Place.of(worker));
        names.merge(worker.name(), -1, (n, by) -> n + by == 0 ? null : n + by);
        offersChanged |= offers.remove(worker.attributes());
    }

    private boolean publish(long newVersion, long at, List<WorkerInfo> left, boolean other) {
        if (!other) {
            return false;
        }
        left.sort(Comparator.comparing(Place::of));
        departed.changed(left, names::containsKey, at);
        synchronized (shares) {
            left.forEach(worker -> shares.remove(worker.incarnation()));
        }
        presentVersion = newVersion;
        version = newVersion;
        return true;
    }

    /** Returns whether what the present workers offer is other than when this was asked last. */
    boolean offersChanged() {
        boolean changed = offersChanged;
        offersChanged = false;
        return changed;
    }

    Offers offers() {
        return offers;
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
        var on = present.get(task.incarnation());
        return on == null ? 1 : Capacity.of(on.worker()).slots(task.resources());
    }
}
