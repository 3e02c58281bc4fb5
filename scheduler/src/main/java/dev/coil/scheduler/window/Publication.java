package dev.coil.scheduler.window;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.PublishedTask;
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
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Which ready tasks are in the space. Of each class of requirements a window is published, a small multiple of the slots that could
 * take its tasks; the lanes of the class share it, so that no project stands in another's way; what has no room waits in the lane's
 * queue, and so does all of a lane that is paused. What is outstanding is the set of entries in {@link Table#OUTSTANDING}; the counts here are read from it and follow it entry
 * by entry.
 */
public final class Publication {

    private static final int SMALLEST_WINDOW = 64;
    private static final int LARGEST_WINDOW = 8192;
    private static final int WINDOW_PER_SLOT = 4;

    /** What a lane may always publish, however many others there are. */
    private static final int SMALLEST_SHARE = 8;

    /** Names no blob. Inputs are looked for when a task is released; a retry of the task that left them may take them away after that. */
    private static final String GONE = "0".repeat(64);

    /** A lane in which tasks are ready. */
    private static final class Line {
        int outstanding;
        int queued;
        byte[] head;

        Line(int lane) {
            head = Keys.lane(lane);
        }
    }

    private final Map<Integer, Line> lines = new TreeMap<>();

    /** The lanes of each class that have a line. */
    private final Map<Integer, Set<Integer>> active = new TreeMap<>();

    private final TreeSet<Integer> refillable = new TreeSet<>();

    /** The slots that take tasks of a class, of those classes that have lanes and were asked for. */
    private final Map<Integer, Long> slots = new HashMap<>();

    private final PresentWorkers workers;
    private final Classes classes;
    private final Lanes lanes;
    private final Pauses pauses;

    public Publication(State state, Classes classes, Lanes lanes, Pauses pauses, PresentWorkers workers) {
        this.workers = workers;
        this.classes = classes;
        this.lanes = lanes;
        this.pauses = pauses;
        state.scan(Table.OUTSTANDING, new byte[0], (key, published) -> {
            line(state, lane(key)).outstanding++;
            return true;
        });
        state.scan(Table.QUEUE, new byte[0], (key, task) -> {
            line(state, lane(key)).queued++;
            refillable.add(lane(key));
            return true;
        });
    }

    private static int lane(byte[] key) {
        return ByteBuffer.wrap(key).getInt();
    }

    private Line line(State state, int lane) {
        var line = lines.get(lane);
        if (line == null) {
            line = new Line(lane);
            lines.put(lane, line);
            active.computeIfAbsent(lanes.lane(state, lane).classNumber(), c -> new TreeSet<>())
                    .add(lane);
        }
        return line;
    }

    /** Nothing of the lane is ready any more: the others of its class have more room. */
    private void closeIfEmpty(Turn turn, int lane, Line line) {
        if (line.outstanding > 0 || line.queued > 0) {
            return;
        }
        lines.remove(lane);
        int classNumber = lanes.lane(turn.state(), lane).classNumber();
        var others = active.get(classNumber);
        others.remove(lane);
        if (others.isEmpty()) {
            active.remove(classNumber);
            slots.remove(classNumber);
        }
        for (int other : others) {
            if (lines.get(other).queued > 0) {
                refillable.add(other);
            }
        }
    }

    /** A task is ready: it is published if its window has room and none waits before it, and queued otherwise. */
    public void offer(Turn turn, long serial, int index, TaskState task) {
        int lane = task.lane();
        var line = line(turn.state(), lane);
        long place = Meta.TURN.next(turn.state());
        if (line.queued == 0 && pauses.ofLane(turn, lane) == null && line.outstanding < share(turn, lane)) {
            publish(turn, lane, serial, index, new PublishedTask(task.attempt(), place, turn.now()));
        } else {
            turn.state()
                    .put(
                            Table.QUEUE,
                            Keys.queued(lane, place),
                            new QueuedTask(serial, index, task.attempt(), turn.now()));
            line.queued++;
            refillable.add(lane);
        }
    }

    /** Somebody saw another attempt of a ready task in the space: says what is there. Returns whether something is. */
    public boolean repeat(Turn turn, long serial, int index, TaskState task) {
        var key = Keys.outstanding(task.lane(), serial, index);
        var published = turn.state().get(Table.OUTSTANDING, key);
        if (published == null) {
            return false;
        }
        publish(turn, task.lane(), serial, index, published);
        return true;
    }

    /** A ready task is claimed or ends: it leaves the space. Returns whether it was there. */
    public boolean retract(Turn turn, long serial, int index, TaskState task) {
        var key = Keys.outstanding(task.lane(), serial, index);
        if (turn.state().get(Table.OUTSTANDING, key) == null) {
            return false;
        }
        turn.state().delete(Table.OUTSTANDING, key);
        var line = line(turn.state(), task.lane());
        line.outstanding--;
        if (line.queued > 0) {
            refillable.add(task.lane());
        }
        closeIfEmpty(turn, task.lane(), line);
        return true;
    }

    /** Other lanes are paused: what is in the space of those goes back to its place in the queue, and the others have more room. */
    public void pausesChanged(Turn turn) {
        lines.forEach((lane, line) -> {
            var pause = pauses.ofLane(turn, lane);
            if (pause != null && line.outstanding > 0) {
                takeBack(turn, lane, line, "paused: " + pause.scope());
            }
            if (line.queued > 0) {
                refillable.add(lane);
            }
        });
    }

    private void takeBack(Turn turn, int lane, Line line, String reason) {
        var family = lanes.requirement(turn, lane).family();
        turn.state().scan(Table.OUTSTANDING, Keys.lane(lane), (key, published) -> {
            long serial = Keys.serial(key);
            int index = Keys.last(key);
            turn.state().delete(Table.OUTSTANDING, key);
            turn.state()
                    .put(
                            Table.QUEUE,
                            Keys.queued(lane, published.turn()),
                            new QueuedTask(serial, index, published.attempt(), published.readyAt()));
            line.outstanding--;
            line.queued++;
            turn.add(new Effect.Withdraw(
                    family,
                    turn.ref(turn.info(serial), index),
                    new Tombstone(turn.epoch(), published.attempt(), null, reason)));
            return true;
        });
        line.head = Keys.lane(lane);
    }

    /** Moves tasks from the queues into windows that have become half empty. */
    public void refill(Turn turn) {
        while (!refillable.isEmpty()) {
            // Always the first: the order must not depend on which lanes were looked at in vain before, which a new
            // process forgets.
            refill(turn, refillable.pollFirst());
        }
    }

    private void refill(Turn turn, int lane) {
        for (var line = lines.get(lane); line != null && line.queued > 0; line = lines.get(lane)) {
            if (pauses.ofLane(turn, lane) != null) {
                return;
            }
            int share = share(turn, lane);
            int room = share - line.outstanding;
            if (room * 2 < share) {
                return;
            }
            fill(turn, lane, line, room);
            closeIfEmpty(turn, lane, line);
        }
    }

    private void fill(Turn turn, int lane, Line line, int room) {
        record Entry(byte[] key, QueuedTask task) {}
        var taken = new ArrayList<Entry>();
        turn.state().scan(Table.QUEUE, Keys.lane(lane), line.head, (key, task) -> {
            if (taken.size() == room) {
                return false;
            }
            taken.add(new Entry(key, task));
            return true;
        });
        for (var entry : taken) {
            turn.state().delete(Table.QUEUE, entry.key());
            line.head = entry.key();
            line.queued--;
            var task = turn.task(entry.task().serial(), entry.task().task());
            // A task that ended or was reset while it was queued has no claim to a place any more, not even if it is
            // ready
            // again.
            if (task != null
                    && task.status() == TaskStatus.READY
                    && task.attempt() == entry.task().attempt()) {
                publish(
                        turn,
                        lane,
                        entry.task().serial(),
                        entry.task().task(),
                        new PublishedTask(
                                task.attempt(),
                                Keys.turn(entry.key()),
                                entry.task().readyAt()));
            }
        }
    }

    private void publish(Turn turn, int lane, long serial, int index, PublishedTask task) {
        var key = Keys.outstanding(lane, serial, index);
        if (turn.state().get(Table.OUTSTANDING, key) == null) {
            line(turn.state(), lane).outstanding++;
        }
        turn.state().put(Table.OUTSTANDING, key, task);
        turn.add(new Effect.Publish(tuple(turn, serial, index, task)));
    }

    /** Puts everything that is outstanding into the space again. */
    public void republish(Turn turn) {
        turn.state().scan(Table.OUTSTANDING, new byte[0], (key, task) -> {
            turn.add(new Effect.Publish(tuple(turn, Keys.serial(key), Keys.last(key), task)));
            return true;
        });
    }

    private static ReadyTask tuple(Turn turn, long serial, int index, PublishedTask task) {
        var info = turn.info(serial);
        var spec = turn.spec(serial, index);
        return new ReadyTask(
                turn.epoch(),
                info.project(),
                info.number(),
                index,
                task.attempt(),
                info.id(),
                spec.name(),
                spec.matrix(),
                spec.requirement(),
                spec.priority(),
                spec.start(),
                spec.timeoutMillis(),
                task.readyAt(),
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

    /** Other workers are present: windows are larger or smaller by their slots. */
    public void workersChanged(Turn turn, List<PresentWorkers.Change> changes) {
        slots.replaceAll((number, known) -> {
            var requirement = classes.requirement(turn, number);
            long now = known;
            for (var change : changes) {
                now += slots(change.after(), requirement) - slots(change.before(), requirement);
            }
            return now;
        });
        windowsChanged();
    }

    /** Other workers are drained: windows are measured anew. */
    public void drainsChanged() {
        slots.clear();
        windowsChanged();
    }

    private void windowsChanged() {
        lines.forEach((lane, line) -> {
            if (line.queued > 0) {
                refillable.add(lane);
            }
        });
    }

    /** How much of its class's window is this lane's. */
    private int share(Turn turn, int lane) {
        int classNumber = lanes.lane(turn.state(), lane).classNumber();
        int window = window(slots.computeIfAbsent(classNumber, number -> slots(turn, number)));
        return Math.max(SMALLEST_SHARE, window / sharing(turn, classNumber));
    }

    /** How many lanes of a class, of which one at least is not paused, publish anything. */
    private int sharing(Turn turn, int classNumber) {
        var some = active.get(classNumber);
        return pauses.isEmpty()
                ? some.size()
                : (int) some.stream()
                        .filter(lane -> pauses.ofLane(turn, lane) == null)
                        .count();
    }

    private static int window(long slots) {
        return (int) Math.max(SMALLEST_WINDOW, Math.min(LARGEST_WINDOW, slots * WINDOW_PER_SLOT));
    }

    private long slots(Turn turn, int classNumber) {
        var requirement = classes.requirement(turn, classNumber);
        return workers.offers().entrySet().stream()
                .filter(offer -> requirement.isMetBy(offer.getKey()))
                .flatMap(offer -> offer.getValue().values().stream())
                .filter(this::takesMore)
                .mapToLong(WorkerInfo::slots)
                .sum();
    }

    private long slots(@Nullable WorkerInfo worker, Requirement requirement) {
        return worker != null && takesMore(worker) && requirement.isMetBy(worker.attributes()) ? worker.slots() : 0;
    }

    private boolean takesMore(WorkerInfo worker) {
        return worker.takesMore() && pauses.ofWorker(worker.name()) == null;
    }

    /** The classes of which tasks are ready. */
    public Set<Integer> wanted() {
        return Set.copyOf(active.keySet());
    }
}
