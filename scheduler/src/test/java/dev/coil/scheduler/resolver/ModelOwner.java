package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.turn.Effect;
import dev.coil.scheduler.window.PresentWorkers;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** As {@code PartitionOwner}: what it does is in {@link #step}, one smallest thing at a time. */
final class ModelOwner {

    private static final int BATCH = 3;

    /** Of work on many tasks, so that {@code Continue} commands are underway at many of the cuts. */
    static final int STEPS = 3;

    /** About every how many steps the store is flushed. */
    private static final int FLUSHES = 25;

    private final ModelLogs world;
    final int store;
    final MemoryState state;
    private final Resolver resolver;
    private final long epoch;
    private final long lastSent;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private final List<ArrayDeque<Effect>> underway =
            List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
    private int position;
    private boolean live;
    private boolean followed;
    private boolean failed;

    /** A batch that is folded: the state after it, and how many of its effects have not arrived. */
    private static final class Pending {
        final MemoryState after;
        final List<Effect> open;

        Pending(MemoryState after, List<Effect> open) {
            this.after = after;
            this.open = open;
        }
    }

    ModelOwner(ModelLogs world, int store, String name) {
        this.world = world;
        this.store = store;
        state = world.stores.get(store).copy();
        resolver = new Resolver(state, STEPS);
        position = (int) Meta.POSITION.get(state);
        epoch = world.append(new Command.StartEpoch(name));
        lastSent = world.events.isEmpty()
                ? 0
                : world.events.get(world.events.size() - 1).seq();
    }

    boolean isIdle() {
        return (followed || position == world.commands.size()) && pending.isEmpty();
    }

    /** Its process goes on, but it owns nothing any more. */
    boolean hasEnded() {
        return failed || (followed && pending.isEmpty());
    }

    boolean isLive() {
        return live && !followed && !failed;
    }

    long epoch() {
        return epoch;
    }

    PresentWorkers workers() {
        return resolver.workers();
    }

    /** The incarnations that hold claims. */
    Set<String> holders() {
        return resolver.heldClaims().keySet();
    }

    /** Does one thing, by chance one of those that it may do next. */
    void step(Random random) {
        if (failed) {
            return;
        }
        var may = new ArrayList<Runnable>();
        if (!followed && position < world.commands.size() && pending.size() < 3) {
            may.add(this::fold);
        }
        for (var topic : underway) {
            if (!topic.isEmpty()) {
                may.add(() -> arrive(topic.poll()));
            }
        }
        if (!pending.isEmpty() && pending.peek().open.isEmpty()) {
            may.add(this::write);
        }
        if (random.nextInt(FLUSHES) == 0) {
            may.add(() -> world.flushed.put(store, world.stores.get(store)));
        }
        if (!may.isEmpty()) {
            may.get(random.nextInt(may.size())).run();
        }
    }

    /** Where the disk is full, that ends the ownership. */
    private void write() {
        if (world.full.contains(store)) {
            failed = true;
        } else {
            world.stores.set(store, pending.poll().after);
        }
    }

    private void fold() {
        var effects = new ArrayList<Effect>();
        for (int n = 0; n < BATCH && !followed && position < world.commands.size(); n++) {
            fold(effects, world.commands.get(position), position);
            position++;
        }
        Meta.POSITION.set(state, position);
        effects.forEach(
                effect -> underway.get(effect instanceof Effect.Emit ? 0 : effect instanceof Effect.Append ? 1 : 2)
                        .add(effect));
        pending.add(new Pending(state.copy(), new ArrayList<>(effects)));
    }

    private void fold(List<Effect> effects, ModelLogs.Entry entry, int offset) {
        for (var effect : resolver.apply(state, entry.command(), offset, entry.at())) {
            if (isDue(effect)) {
                effects.add(effect);
            }
        }
        if (entry.command() instanceof Command.StartEpoch) {
            if (offset == epoch) {
                assertThat(Meta.SEQ.get(state)).as("events that are out").isGreaterThanOrEqualTo(lastSent);
                live = true;
                effects.addAll(resolver.republish(state));
                state.scan(
                        Table.CURSORS,
                        new byte[0],
                        (byte[] key, Cursor cursor) ->
                                effects.add(new Effect.Append(new Command.Continue(epoch, cursor.id()))));
            } else if (offset > epoch) {
                followed = true;
            }
        }
    }

    private boolean isDue(Effect effect) {
        if (effect instanceof Effect.Emit emit) {
            return emit.seq() > lastSent;
        }
        return live || effect instanceof Effect.Withdraw || effect instanceof Effect.Order;
    }

    private void arrive(Effect effect) {
        if (effect instanceof Effect.Emit emit) {
            world.events.add(emit);
        } else if (effect instanceof Effect.Append append) {
            world.append(append.command());
        } else if (effect instanceof Effect.Publish publish) {
            world.space.add(new SpaceChange.Put(publish.task()));
        } else if (effect instanceof Effect.Order order) {
            world.stops.add(order.stop());
        } else if (effect instanceof Effect.Withdraw withdraw) {
            world.space.add(new SpaceChange.Remove(withdraw.task(), withdraw.tombstone()));
        }
        // By identity: two batches may tell the same.
        for (var batch : pending) {
            if (batch.open.removeIf(open -> open == effect)) {
                return;
            }
        }
    }
}
