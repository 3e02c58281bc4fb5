package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.scheduler.checkpoint.CheckpointCopy;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Effect;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A command log, its fold by one process after the other, and what the world is told, at every step of which the {@link Witness} looks. */
final class SimulatedLog {

    record Entry(Command command, long at) {}

    private final Random random;
    private final int steps;
    private final List<Entry> log = new ArrayList<>();
    private final List<List<Effect>> told = new ArrayList<>();
    private final ArrayDeque<Command> own = new ArrayDeque<>();
    private Resolver resolver;

    final MemoryState state = new MemoryState();

    /** The tasks of each submission's id. */
    final Map<String, List<TaskSpec>> submissions = new HashMap<>();

    /** What is generated under each claim. */
    final Map<ClaimId, List<TaskSpec>> generated = new HashMap<>();

    final Witness witness = new Witness(submissions, generated);

    /** The records of the space, of all its topics. */
    final List<SpaceChange> changes = new ArrayList<>();

    private final long began = 1_000;
    long now = began;

    /** @param steps how many of the tasks of a work on many are done at once */
    SimulatedLog(Random random, int steps) {
        this.random = random;
        this.steps = steps;
        resolver = new Resolver(state, steps);
    }

    /** What the log's clock went on, in milliseconds. */
    long simulatedMillis() {
        return Meta.CLOCK.get(state) - began;
    }

    int commands() {
        return log.size();
    }

    void append(Command command) {
        // Not every machine's clock is right, and the log's may step back with another leader.
        long at = random.nextInt(20) == 0 ? now - random.nextInt(5_000) : now;
        var effects = resolver.apply(state, command, log.size(), at);
        log.add(new Entry(command, at));
        told.add(effects);
        for (var effect : effects) {
            if (effect instanceof Effect.Publish publish) {
                changes.add(new SpaceChange.Put(publish.task()));
            } else if (effect instanceof Effect.Withdraw withdraw) {
                changes.add(new SpaceChange.Remove(withdraw.task(), withdraw.tombstone()));
            } else if (effect instanceof Effect.Append append) {
                own.add(append.command());
            }
        }
        witness.see(command, effects);
        witness.checkHeld(resolver);
    }

    Command last() {
        return log.get(log.size() - 1).command();
    }

    /** Goes on as a new process would, from the encoded state alone. */
    void restart() {
        resolver = new Resolver(state, steps);
    }

    long epoch() {
        return Meta.EPOCH.get(state);
    }

    /** Another owner: what the former one had still to write is ignored, and the rest of its work is taken up. */
    void startEpoch(String owner) {
        append(new Command.StartEpoch(owner));
        if (random.nextBoolean()) {
            own.clear();
        }
        takeOver();
    }

    private void takeOver() {
        for (var effect : resolver.republish(state)) {
            changes.add(new SpaceChange.Put(((Effect.Publish) effect).task()));
        }
        state.scan(Table.CURSORS, new byte[0], (byte[] key, Cursor cursor) -> {
            own.add(new Command.Continue(epoch(), cursor.id()));
            return true;
        });
    }

    void fireTimers() {
        var timers = new ArrayList<Timer>();
        state.scan(Table.TIMERS, new byte[0], (key, due) -> timers.add(Timer.ofKey(key)) && due <= now);
        timers.forEach(timer -> append(new Command.FireTimer(epoch(), timer.id())));
    }

    /** The owner writes the next of its own commands. Returns whether there was one. */
    boolean goOn() {
        var next = own.poll();
        if (next != null) {
            append(next);
        }
        return next != null;
    }

    void goOnToTheEnd() {
        while (goOn()) {
            // Each may leave a further one.
        }
    }

    boolean isUnderway() {
        return !own.isEmpty();
    }

    /** The incarnations that hold claims. */
    List<String> holders() {
        return List.copyOf(resolver.heldClaims().keySet());
    }

    /** Looks at all of the state; for every now and then. */
    void checkState() {
        StateCheck.check(witness.told, state);
        LowWaterCheck.check(state, told);
        WindowCheck.check(state);
    }

    List<Entry> entries() {
        return List.copyOf(log);
    }

    /**
     * Folds the log again, in one go, cut after every command, and with the state written to a checkpoint and loaded from it now and then: all
     * give the same effects in the same order, and the same bytes.
     */
    void checkReplay() {
        var whole = new MemoryState();
        var cut = new MemoryState();
        var one = new Resolver(whole, steps);
        var loaded = new MemoryState();
        var resumed = new Resolver(loaded, steps);
        for (int offset = 0; offset < log.size(); offset++) {
            var entry = log.get(offset);
            var effects = told.get(offset);
            same(one.apply(whole, entry.command(), offset, entry.at()), effects, "folded again", offset);
            same(
                    new Resolver(cut, steps).apply(cut, entry.command(), offset, entry.at()),
                    effects,
                    "folded by a new process",
                    offset);
            if (random.nextInt(100) == 0) {
                loaded = CheckpointCopy.of(loaded, random);
                resumed = new Resolver(loaded, steps);
            }
            same(
                    resumed.apply(loaded, entry.command(), offset, entry.at()),
                    effects,
                    "folded after a checkpoint was loaded",
                    offset);
            if (whole.fingerprint() != loaded.fingerprint()) {
                throw new AssertionError("a checkpoint leads to another state with command " + offset + ": "
                        + log.get(offset).command());
            }
            if (whole.fingerprint() != cut.fingerprint()) {
                throw new AssertionError("a new process comes to another state with command " + offset + ": "
                        + log.get(offset).command());
            }
        }
        if (!whole.dump().equals(state.dump())
                || !cut.dump().equals(state.dump())
                || !loaded.dump().equals(state.dump())) {
            throw new AssertionError("a replay comes to another state");
        }
    }

    private void same(List<Effect> effects, List<Effect> first, String how, int offset) {
        if (!effects.equals(first)) {
            throw new AssertionError("command " + offset + " " + how + ": "
                    + log.get(offset).command() + "\n  tells " + effects + "\n  at first it told " + first);
        }
    }
}
