package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.Capacity;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.Claimants;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.space.SpaceView;
import dev.coil.protocol.space.Tombstone;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** As the worker's {@code ClaimLoop}, on a machine of its own: it claims what it has room for, and says everything until it is answered. */
final class ModelWorker {

    private static final long ANSWER_MILLIS = 10_000;

    /** A claim, from its sending until all about it is settled. */
    private static final class Held {
        final ReadyTask task;
        final ClaimId id;
        final long takenAt;
        long saidAt;
        boolean accepted;
        boolean running;
        long endsAt;

        @Nullable
        Outcome outcome;

        Held(ReadyTask task, ClaimId id, long at) {
            this.task = task;
            this.id = id;
            takenAt = at;
            saidAt = at;
        }
    }

    private final ModelFleet fleet;
    private final WorkerInfo machine;
    private final ArrayDeque<Command> outbox = new ArrayDeque<>();
    private final Map<TaskRef, Held> held = new LinkedHashMap<>();
    private SpaceView view = new SpaceView();
    private FairShare shares = new FairShare();
    private Capacity capacity;
    private int seen;
    private int stops;
    private long startedAt;
    private @Nullable String incarnation;
    private long pausedUntil;
    private long connectedFrom;
    private boolean dead;

    /** @param machine its name, attributes and slots */
    ModelWorker(ModelFleet fleet, WorkerInfo machine) {
        this.fleet = fleet;
        this.machine = machine;
        capacity = new Capacity(machine.slots(), machine.attributes());
    }

    String name() {
        return machine.name();
    }

    /** Its process is killed, and another one started later. What it had said is with the broker, or lost. */
    void kill() {
        dead = true;
        held.clear();
        while (outbox.size() > fleet.random.nextInt(4)) {
            outbox.pollLast();
        }
    }

    void start() {
        dead = false;
        incarnation = null;
        startedAt = fleet.now;
        view = new SpaceView();
        shares = new FairShare();
        capacity = new Capacity(machine.slots(), machine.attributes());
        seen = 0;
        stops = fleet.logs.stops.size();
    }

    boolean isDead() {
        return dead;
    }

    void pause(long millis) {
        pausedUntil = fleet.now + millis;
    }

    /** Nothing of what it says arrives for so long. */
    void disconnect(long millis) {
        connectedFrom = fleet.now + millis;
    }

    /** What runs here now. */
    List<ReadyTask> running() {
        return held.values().stream()
                .filter(holder -> holder.running)
                .map(holder -> holder.task)
                .toList();
    }

    WorkerInfo machine() {
        return machine;
    }

    void tick() {
        if (fleet.now >= connectedFrom) {
            for (int n = fleet.random.nextInt(6); n > 0 && !outbox.isEmpty(); n--) {
                fleet.logs.append(outbox.poll());
            }
        }
        if (dead || fleet.now < pausedUntil) {
            return;
        }
        keepSession();
        read();
        endTasks();
        sayAgain();
        claim();
    }

    /** One that has lost its session kills what it runs, gives it back, and begins another one as soon as it can. */
    private void keepSession() {
        if (incarnation != null && !fleet.keeper.beat(incarnation)) {
            incarnation = null;
            for (var holder : List.copyOf(held.values())) {
                giveBack(holder);
            }
        }
        if (incarnation == null) {
            incarnation = fleet.keeper.join(machine, startedAt);
        }
    }

    private void read() {
        var space = fleet.logs.space;
        for (int n = 1 + fleet.random.nextInt(40); n > 0 && seen < space.size(); n--) {
            take(space.get(seen++));
        }
        while (stops < fleet.logs.stops.size()) {
            var stop = fleet.logs.stops.get(stops++);
            List.copyOf(held.values()).stream()
                    .filter(holder -> holder.id.equals(stop.claim()))
                    .forEach(this::drop);
        }
    }

    private void take(SpaceChange change) {
        boolean current = view.apply(change);
        var holder = held.get(change.task());
        if (holder == null) {
            return;
        }
        if (change instanceof SpaceChange.Put put) {
            if (put.ready().attempt() > holder.task.attempt()) {
                drop(holder);
            } else {
                view.remove(change.task());
            }
        } else if (change instanceof SpaceChange.Remove remove
                && (current || remove.tombstone().winner() != null)
                && holder.task.attempt() <= remove.tombstone().attempt()) {
            answered(holder, remove.tombstone());
        }
    }

    private void answered(Held holder, Tombstone tombstone) {
        if (tombstone.winner() == null) {
            giveBack(holder);
        } else if (!holder.id.equals(tombstone.winner())) {
            drop(holder);
        } else if (!holder.accepted) {
            holder.accepted = true;
            if (holder.outcome != null) {
                held.remove(holder.task.ref());
            } else if (!holder.running) {
                run(holder);
            }
        }
    }

    private void giveBack(Held holder) {
        drop(holder);
        if (holder.outcome == null) {
            var task = holder.task;
            outbox.add(new Command.AbandonClaim(
                    task.project(), task.run(), task.task(), task.attempt(), holder.id, "no longer wanted"));
        }
    }

    private void drop(Held holder) {
        held.remove(holder.task.ref());
        if (holder.outcome == null) {
            release(holder);
        }
    }

    private void release(Held holder) {
        holder.running = false;
        capacity.release(holder.task.action().resources());
        var slots = capacity.slots(holder.task.action().resources());
        shares.end(holder.task.project(), slots, (fleet.now - holder.takenAt) / 1_000.0);
    }

    private void run(Held holder) {
        holder.running = true;
        holder.endsAt = fleet.now + fleet.millisOf(holder.task);
        fleet.started(this, holder.task);
    }

    private void endTasks() {
        for (var holder : List.copyOf(held.values())) {
            if (holder.running && holder.endsAt <= fleet.now) {
                release(holder);
                holder.outcome = fleet.outcomeOf(holder.task);
                sayResult(holder);
                if (holder.accepted) {
                    held.remove(holder.task.ref());
                }
            }
        }
    }

    private void sayClaim(Held holder) {
        holder.saidAt = fleet.now;
        var task = holder.task;
        outbox.add(new Command.ClaimTask(
                task.project(), task.run(), task.task(), task.attempt(), holder.id, machine.name()));
    }

    private void sayResult(Held holder) {
        var task = holder.task;
        var claim = new Command.ClaimTask(
                task.project(), task.run(), task.task(), task.attempt(), holder.id, machine.name());
        outbox.add(Fold.finish(claim, holder.outcome, fleet.now));
    }

    /** Whether a claim has arrived is not known until it is answered. */
    private void sayAgain() {
        for (var holder : held.values()) {
            if (!holder.accepted && fleet.now - holder.saidAt > ANSWER_MILLIS) {
                sayClaim(holder);
                if (holder.outcome != null) {
                    sayResult(holder);
                }
            }
        }
    }

    private void claim() {
        if (incarnation == null || capacity.free() == 0) {
            return;
        }
        var others = fleet.keeper.incarnations();
        for (var task : new ArrayList<>(view.matching(machine.attributes(), shares, capacity.free() + 4))) {
            if (!capacity.fits(task.action().resources())) {
                return;
            }
            if (Claimants.delayMillis(task.ref(), incarnation, others) == 0 || fleet.random.nextInt(3) == 0) {
                claim(task, incarnation);
            }
        }
    }

    private void claim(ReadyTask task, String incarnation) {
        view.remove(task.ref());
        capacity.take(task.action().resources());
        shares.take(task.project(), capacity.slots(task.action().resources()));
        var holder = new Held(task, new ClaimId(incarnation, fleet.nextNonce()), fleet.now);
        held.put(task.ref(), holder);
        sayClaim(holder);
        if (task.start() == Start.OPTIMISTIC) {
            run(holder);
        }
    }
}
