package dev.coil.scheduler.window;

import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Turn;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The workers that are present, by the fold: {@link Table#WORKERS}, and the same in memory, also by what they offer. */
public final class PresentWorkers {

    /** How many workers one record tells of at most. */
    public static final int AT_ONCE = 200;

    /** As in the table. */
    static final Comparator<String> ORDER = Comparator.comparing(Keys::text, Arrays::compareUnsigned);

    /** What became of an incarnation. */
    public record Change(
            @Nullable WorkerInfo before, @Nullable WorkerInfo after) {}

    private final Map<String, WorkerInfo> all = new ConcurrentHashMap<>();
    private final Map<Attributes, TreeMap<String, WorkerInfo>> offers = new HashMap<>();
    private long version;

    public PresentWorkers(State state) {
        state.scan(Table.WORKERS, new byte[0], (byte[] key, WorkerInfo worker) -> {
            add(worker);
            return true;
        });
    }

    /** By incarnation; goes on to be true while it is read, from any thread. */
    public Map<String, WorkerInfo> all() {
        return Collections.unmodifiableMap(all);
    }

    /** Those that offer the same, by incarnation. */
    Map<Attributes, TreeMap<String, WorkerInfo>> offers() {
        return offers;
    }

    /** Changes whenever the workers do. */
    public long version() {
        return version;
    }

    /** Returns {@code null} if it is known as it is. */
    public @Nullable Change put(Turn turn, WorkerInfo worker) {
        var before = all.get(worker.incarnation());
        if (worker.equals(before)) {
            return null;
        }
        turn.state().put(Table.WORKERS, Keys.text(worker.incarnation()), worker);
        if (before != null) {
            drop(before);
        }
        add(worker);
        version++;
        return new Change(before, worker);
    }

    /** Returns {@code null} if it was not there. */
    public @Nullable Change remove(Turn turn, String incarnation) {
        var before = all.get(incarnation);
        if (before == null) {
            return null;
        }
        turn.state().delete(Table.WORKERS, Keys.text(incarnation));
        drop(before);
        version++;
        return new Change(before, null);
    }

    private void add(WorkerInfo worker) {
        all.put(worker.incarnation(), worker);
        offers.computeIfAbsent(worker.attributes(), offered -> new TreeMap<>(ORDER))
                .put(worker.incarnation(), worker);
    }

    private void drop(WorkerInfo worker) {
        all.remove(worker.incarnation());
        var same = offers.get(worker.attributes());
        same.remove(worker.incarnation());
        if (same.isEmpty()) {
            offers.remove(worker.attributes());
        }
    }

    /** Keeps this object for a worker that equals it, so that all the owners of a process have one together. */
    public void share(WorkerInfo worker) {
        if (worker.equals(all.get(worker.incarnation()))) {
            add(worker);
        }
    }
}
