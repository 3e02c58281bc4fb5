package dev.coil.scheduler.window;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.QueuedTask;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Effect;
import dev.coil.scheduler.turn.Turn;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which ready tasks are in the space. Of each lane (a class of requirements and a priority) a window is published, a small multiple of
 * the slots that could take them; the rest waits in the lane's queue. What is outstanding is the set of entries in
 * {@link Table#OUTSTANDING}; the counts here are read from it and follow it entry by entry.
 */
public final class Publication {

    private static final int SMALLEST_WINDOW = 64;
    private static final int LARGEST_WINDOW = 8192;
    private static final int WINDOW_PER_SLOT = 4;

    /** Names no blob. Inputs are looked for when a task is released; a retry of the task that left them may take them away after that. */
    private static final String GONE = "0".repeat(64);

    private record Lane(int classNumber, Priority priority) {
        byte[] prefix() {
            return Keys.lane(classNumber, priority.ordinal());
        }
    }

    private final Map<Lane, Integer> outstanding = new HashMap<>();
    private final Map<Lane, Integer> queued = new HashMap<>();
    private final Map<Lane, byte[]> heads = new HashMap<>();
    private final Set<Lane> refillable = new LinkedHashSet<>();
    private final Map<Integer, Integer> windows = new HashMap<>();
    private final Classes classes;

    public Publication(State state, Classes classes) {
        this.classes = classes;
        state.scan(Table.OUTSTANDING, new byte[0], (key, attempt) -> {
            outstanding.merge(lane(key), 1, Integer::sum);
            return true;
        });
        state.scan(Table.QUEUE, new byte[0], (key, task) -> {
            queued.merge(lane(key), 1, Integer::sum);
            return true;
        });
        queued.keySet().forEach(refillable::add);
    }

    private static Lane lane(byte[] key) {
        var in = ByteBuffer.wrap(key);
        return new Lane(in.getInt(), Priority.values()[in.get()]);
    }

    /** A task is ready: it is published if its window has room and none waits before it, and queued otherwise. */
    public void offer(Turn turn, long serial, int index, TaskState task) {
        var lane = new Lane(task.classNumber(), task.priority());
        var key = Keys.outstanding(lane.classNumber(), lane.priority().ordinal(), serial, index);
        boolean isOut = turn.state().get(Table.OUTSTANDING, key) != null;
        if (isOut || (!queued.containsKey(lane) && outstanding.getOrDefault(lane, 0) < window(turn, lane))) {
            publish(turn, lane, serial, index, task.attempt(), turn.now());
        } else {
            long turnNumber = Meta.TURN.next(turn.state());
            turn.state()
                    .put(
                            Table.QUEUE,
                            Keys.queued(lane.classNumber(), lane.priority().ordinal(), turnNumber),
                            new QueuedTask(serial, index, turn.now()));
            queued.merge(lane, 1, Integer::sum);
            refillable.add(lane);
        }
    }

    /** A ready task is claimed or ends: it leaves the space. Returns whether it was there. */
    public boolean retract(Turn turn, long serial, int index, TaskState task) {
        var lane = new Lane(task.classNumber(), task.priority());
        var key = Keys.outstanding(lane.classNumber(), lane.priority().ordinal(), serial, index);
        if (turn.state().get(Table.OUTSTANDING, key) == null) {
            return false;
        }
        turn.state().delete(Table.OUTSTANDING, key);
        outstanding.merge(lane, -1, Integer::sum);
        if (queued.containsKey(lane)) {
            refillable.add(lane);
        }
        return true;
    }

    /** Moves tasks from the queues into windows that have become half empty. */
    public void refill(Turn turn) {
        if (refillable.isEmpty()) {
            return;
        }
        for (var lane : List.copyOf(refillable)) {
            int window = window(turn, lane);
            int room = window - outstanding.getOrDefault(lane, 0);
            while (queued.containsKey(lane) && room * 2 >= window) {
                fill(turn, lane, room);
                room = window - outstanding.getOrDefault(lane, 0);
            }
            refillable.remove(lane);
        }
    }

    private void fill(Turn turn, Lane lane, int room) {
        var head = heads.getOrDefault(lane, lane.prefix());
        record Entry(byte[] key, QueuedTask task) {}
        var taken = new ArrayList<Entry>();
        turn.state().scan(Table.QUEUE, lane.prefix(), head, (key, task) -> {
            if (taken.size() == room) {
                return false;
            }
            taken.add(new Entry(key, task));
            return true;
        });
        for (var entry : taken) {
            turn.state().delete(Table.QUEUE, entry.key());
            heads.put(lane, entry.key());
            queued.computeIfPresent(lane, (k, n) -> n > 1 ? n - 1 : null);
            var task = turn.task(entry.task().serial(), entry.task().task());
            // A task that ended or was reset while it was queued has no claim to a place any more.
            if (task != null && task.status() == TaskStatus.READY) {
                publish(
                        turn,
                        lane,
                        entry.task().serial(),
                        entry.task().task(),
                        task.attempt(),
                        entry.task().readyAt());
            }
        }
    }

    private void publish(Turn turn, Lane lane, long serial, int index, int attempt, long readyAt) {
        var key = Keys.outstanding(lane.classNumber(), lane.priority().ordinal(), serial, index);
        if (turn.state().get(Table.OUTSTANDING, key) == null) {
            outstanding.merge(lane, 1, Integer::sum);
        }
        turn.state().put(Table.OUTSTANDING, key, (long) attempt);
        turn.add(new Effect.Publish(tuple(turn, serial, index, attempt, readyAt)));
    }

    /** Puts everything that is outstanding into the space again. */
    public void republish(Turn turn) {
        turn.state().scan(Table.OUTSTANDING, new byte[0], (key, attempt) -> {
            long serial = ByteBuffer.wrap(key).getLong(key.length - 12);
            int index = Keys.last(key);
            turn.add(new Effect.Publish(tuple(turn, serial, index, Math.toIntExact(attempt), turn.now())));
            return true;
        });
    }

    private static ReadyTask tuple(Turn turn, long serial, int index, int attempt, long readyAt) {
        var info = turn.info(serial);
        var spec = turn.spec(serial, index);
        return new ReadyTask(
                turn.epoch(),
                info.project(),
                info.number(),
                index,
                attempt,
                info.id(),
                spec.name(),
                spec.matrix(),
                spec.requirement(),
                spec.priority(),
                spec.start(),
                spec.timeoutMillis(),
                readyAt,
                info.source(),
                spec.action(),
                spec.action().from() == null
                        ? null
                        : tree(turn, serial, spec.action().from()),
                downloads(turn, serial, spec));
    }

    private static String tree(Turn turn, long serial, int index) {
        var result = turn.state().get(Table.RESULTS, Keys.task(serial, index));
        return result == null || result.tree() == null ? GONE : result.tree();
    }

    private static List<String> downloads(Turn turn, long serial, TaskSpec spec) {
        return spec.action().downloads().stream()
                .map(download -> {
                    var result = turn.state().get(Table.RESULTS, Keys.task(serial, download.task()));
                    return result == null
                            ? GONE
                            : result.artifacts().stream()
                                    .filter(a -> a.name().equals(download.artifact()))
                                    .map(AttemptResult.StoredArtifact::sha256)
                                    .findFirst()
                                    .orElse(GONE);
                })
                .toList();
    }

    /** The set of workers changed: windows are measured anew, and may have grown. */
    public void workersChanged() {
        windows.clear();
        refillable.addAll(queued.keySet());
    }

    private int window(Turn turn, Lane lane) {
        return windows.computeIfAbsent(lane.classNumber(), number -> {
            var requirement = classes.requirement(turn, number);
            int[] slots = {0};
            turn.state().scan(Table.WORKERS, new byte[0], (key, worker) -> {
                slots[0] += isOpen(worker) && requirement.isMetBy(worker.attributes()) ? worker.slots() : 0;
                return true;
            });
            return Math.max(SMALLEST_WINDOW, Math.min(LARGEST_WINDOW, slots[0] * WINDOW_PER_SLOT));
        });
    }

    private static boolean isOpen(WorkerInfo worker) {
        return !worker.draining();
    }

    /** The classes of which tasks are ready. */
    public Set<Integer> wanted() {
        return Stream.of(outstanding, queued)
                .flatMap(lanes -> lanes.entrySet().stream())
                .filter(lane -> lane.getValue() > 0)
                .map(lane -> lane.getKey().classNumber())
                .collect(Collectors.toSet());
    }
}
