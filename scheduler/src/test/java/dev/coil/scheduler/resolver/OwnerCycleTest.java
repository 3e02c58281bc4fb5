package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.FairShare;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.space.SpaceView;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Keys;
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
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * The cycle of {@code PartitionOwner} as a model, without Kafka: poll, fold, send, acknowledge, store. It is cut after every smallest
 * step, a second owner starts from what is stored there or on another machine, is cut itself, and a third one brings it to its end,
 * while those before may live on for a while. Whatever happened, the readers of the logs see the same as if nothing had.
 */
class OwnerCycleTest {

    private static final int BATCH = 3;

    /** Of work on many tasks, so that {@code Continue} commands are underway at many of the cuts. */
    private static final int STEPS = 3;

    private static final String SCRIPT = "scccfcfflccfcFkccrfcftsccCcfRcfcftcffccffcefcfcffccfRccfcfcf";

    record Entry(Command command, long at) {}

    /** What becomes of an owner that another one follows. */
    private enum Fate {
        /** It dies, and what had not arrived is lost. */
        DEAD,
        /** It dies, and the next one is on a machine whose store is older. */
        MOVED,
        /** It lives on: folds, and what it sent arrives, in turns with the next one's. */
        ZOMBIE
    }

    /** Brokers, users and workers. */
    private static final class World {
        final List<Entry> commands = new ArrayList<>();
        final List<Effect.Emit> events = new ArrayList<>();
        final List<SpaceChange> space = new ArrayList<>();
        final List<MemoryState> stores = new ArrayList<>(List.of(new MemoryState(), new MemoryState()));
        private final SpaceView view = new SpaceView();
        private int seen;
        private int said;
        private int runs;
        private long nonce;
        private final ArrayDeque<Command.ClaimTask> claims = new ArrayDeque<>();
        long now = 1_000;

        /** The store of one more owner: the one there is, that of another machine, or what a zombie had stored when it was followed. */
        int store(Fate fate, int owners) {
            if (fate == Fate.ZOMBIE && owners > 0) {
                stores.add(stores.get(stores.size() - 1).copy());
                return stores.size() - 1;
            }
            return fate == Fate.MOVED ? owners % 2 : fate == Fate.ZOMBIE ? 1 : 0;
        }

        long append(Command command) {
            commands.add(new Entry(command, now));
            return commands.size() - 1;
        }

        long epoch() {
            for (int i = commands.size() - 1; i >= 0; i--) {
                if (commands.get(i).command() instanceof Command.StartEpoch) {
                    return i;
                }
            }
            return 0;
        }

        boolean isSaid() {
            return said == SCRIPT.length();
        }

        /** Somebody appends the next command of the script. */
        void say() {
            if (isSaid()) {
                return;
            }
            now += 700;
            while (seen < space.size()) {
                view.apply(space.get(seen++));
            }
            char next = SCRIPT.charAt(said++);
            var claim = claims.peek();
            switch (next) {
                case 's' -> submit();
                case 'c' -> view.matching(Fold.LINUX, new FairShare(), 1).forEach(this::claim);
                case 'C' -> {
                    if (claim != null) {
                        append(claim);
                    }
                }
                case 'f', 'F', 'e' -> {
                    if (claim != null) {
                        claims.poll();
                        append(finish(
                                claim, next == 'f' ? Outcome.SUCCESS : next == 'F' ? Outcome.FAILURE : Outcome.ERROR));
                    }
                }
                case 'l' -> append(new Command.LoseWorker(epoch(), "w1", "lost"));
                case 'k' -> append(new Command.CancelRun("cancel", "p", 1, 3, "enough"));
                case 'r' -> append(new Command.RetryRun("retry", "p", 1, null, false));
                case 'R' -> append(new Command.RetryRun("retry", "p", 2, null, false));
                case 't' ->
                    stores.forEach(store -> store.scan(Table.TIMERS, new byte[0], (key, due) -> {
                        append(new Command.FireTimer(epoch(), Timer.ofKey(key).id()));
                        return true;
                    }));
                default -> throw new AssertionError(next);
            }
        }

        private void submit() {
            var tasks = new ArrayList<TaskSpec>();
            for (int i = 0; i < 9; i++) {
                var task = i < 5 ? Fold.task("root" + i) : Fold.task("t" + i, 0, i - 3);
                tasks.add(i % 3 == 1 ? Fold.grouped(task, "g", 1, false) : Fold.trying(task, 1, 0, 1));
            }
            var id = "run" + ++runs;
            append(new Command.StageTasks("p", id, 0, tasks));
            append(new Command.SubmitRun("submit", "p", id, Source.none(), tasks.size(), false, "me", null));
        }

        private void claim(ReadyTask ready) {
            var worker = "w" + (++nonce % 3);
            var claim = new Command.ClaimTask(
                    ready.project(), ready.run(), ready.task(), ready.attempt(), new ClaimId(worker, nonce), worker);
            view.remove(ready.ref());
            claims.add(claim);
            append(claim);
        }

        private Command finish(Command.ClaimTask claim, Outcome outcome) {
            return new Command.FinishTask(
                    claim.project(),
                    claim.run(),
                    claim.task(),
                    claim.attempt(),
                    claim.claim(),
                    AttemptResult.of(outcome, 0, now, now));
        }
    }

    /** As {@code PartitionOwner}: what it does is in {@link #step}, one smallest thing at a time. */
    private static final class Owner {
        private final World world;
        private final int store;
        private final MemoryState state;
        private final Resolver resolver;
        private final long epoch;
        private final long lastSent;
        private final ArrayDeque<Pending> pending = new ArrayDeque<>();
        private final List<ArrayDeque<Effect>> underway =
                List.of(new ArrayDeque<>(), new ArrayDeque<>(), new ArrayDeque<>());
        private int position;
        private boolean live;
        private boolean followed;

        /** A batch that is folded: the state after it, and how many of its effects have not arrived. */
        private static final class Pending {
            final MemoryState after;
            final List<Effect> open;

            Pending(MemoryState after, List<Effect> open) {
                this.after = after;
                this.open = open;
            }
        }

        Owner(World world, int store, String name) {
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

        /** Does one thing, by chance one of those that it may do next. */
        void step(Random random) {
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
                may.add(() -> world.stores.set(store, pending.poll().after));
            }
            if (!may.isEmpty()) {
                may.get(random.nextInt(may.size())).run();
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

        private void fold(List<Effect> effects, Entry entry, int offset) {
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

    @Test
    void shouldShowNoReaderWhereItWasCut() {
        int cuts = steps(0) + 1;
        assertThat(cuts).as("smallest steps of the script").isGreaterThan(150);
        for (int first = 0; first < cuts; first++) {
            for (int second : new int[] {0, 1, 4, 15, 60}) {
                for (var fate : Fate.values()) {
                    run(first, second, fate, 0);
                }
            }
        }
    }

    @Test
    void shouldShowNoReaderWhereItWasCutByChance() {
        var chosen = Long.getLong("coil.seed");
        var seeds = chosen != null
                ? List.of(chosen)
                : new Random(4).longs(400).boxed().toList();
        for (long seed : seeds) {
            var random = new Random(seed);
            run(random.nextInt(250), random.nextInt(150), Fate.values()[random.nextInt(3)], seed);
        }
    }

    /** How many smallest steps an owner takes that is not cut. */
    private static int steps(long seed) {
        var world = new World();
        var random = new Random(seed);
        var owner = new Owner(world, 0, "only");
        int steps = 0;
        for (; !owner.isIdle() || !world.isSaid(); steps++) {
            speak(world, steps);
            owner.step(random);
        }
        return steps;
    }

    private static void speak(World world, int step) {
        if (step % 4 == 0) {
            world.say();
        }
    }

    private static void run(int first, int second, Fate fate, long seed) {
        try {
            var world = new World();
            var random = new Random(seed);
            var zombies = new ArrayList<Owner>();
            int step = 0;
            for (int cut : new int[] {first, second}) {
                var owner = new Owner(world, world.store(fate, zombies.size()), "owner" + zombies.size());
                for (int n = 0; n < cut; n++) {
                    speak(world, step++);
                    owner.step(random);
                    if (fate == Fate.ZOMBIE) {
                        zombies.forEach(zombie -> zombie.step(random));
                    }
                }
                zombies.add(owner);
            }
            var last = new Owner(world, world.store(fate, zombies.size()), "last");
            while (!last.isIdle() || !world.isSaid()) {
                speak(world, step++);
                last.step(random);
                if (fate == Fate.ZOMBIE) {
                    zombies.forEach(zombie -> zombie.step(random));
                }
            }
            if (fate == Fate.ZOMBIE) {
                healGhosts(world, last, random);
            }
            check(world, last, fate);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "cut after " + first + " and " + second + " steps, " + fate + ", seed " + seed + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** What a zombie has put there costs whoever falls for it one claim. */
    private static void healGhosts(World world, Owner last, Random random) {
        var outstanding = outstanding(last.state);
        for (var ghost : view(world.space).entrySet()) {
            if (!ghost.getValue().equals(outstanding.get(ghost.getKey()))) {
                var task = ghost.getKey();
                world.append(new Command.ClaimTask(
                        task.project(), task.run(), task.task(), ghost.getValue(), new ClaimId("late", 1), "late"));
            }
        }
        while (!last.isIdle()) {
            last.step(random);
        }
    }

    private static void check(World world, Owner last, Fate fate) {
        var uncut = new MemoryState();
        var resolver = new Resolver(uncut, STEPS);
        var events = new ArrayList<Effect.Emit>();
        for (int offset = 0; offset < world.commands.size(); offset++) {
            var entry = world.commands.get(offset);
            for (var effect : resolver.apply(uncut, entry.command(), offset, entry.at())) {
                if (effect instanceof Effect.Emit emit) {
                    events.add(emit);
                }
            }
        }
        Meta.POSITION.set(uncut, world.commands.size());
        assertThat(last.state.dump()).as("state").isEqualTo(uncut.dump());
        assertThat(world.stores.get(last.store).dump()).as("what is stored").isEqualTo(uncut.dump());
        var read = new ArrayList<Effect.Emit>();
        for (var event : world.events) {
            assertThat(event.seq()).as("a gap before event").isLessThanOrEqualTo(read.size() + 1L);
            if (event.seq() == read.size() + 1L) {
                read.add(event);
            } else {
                assertThat(event).as("an event told again").isEqualTo(read.get((int) event.seq() - 1));
            }
        }
        assertThat(read).as("events").isEqualTo(events);
        assertThat(view(world.space)).as("space").isEqualTo(outstanding(uncut));
        if (fate != Fate.ZOMBIE) {
            assertThat(view(compacted(world.space))).as("space, compacted").isEqualTo(outstanding(uncut));
        }
    }

    private static Map<TaskRef, Integer> outstanding(MemoryState state) {
        var outstanding = new HashMap<TaskRef, Integer>();
        state.scan(Table.OUTSTANDING, new byte[0], (key, attempt) -> {
            var info = state.get(Table.RUN_INFOS, Keys.number(Keys.serial(key)));
            outstanding.put(new TaskRef(info.project(), info.number(), Keys.last(key)), attempt.intValue());
            return true;
        });
        return outstanding;
    }

    private static Map<TaskRef, Integer> view(List<SpaceChange> changes) {
        var view = new SpaceView();
        changes.forEach(view::apply);
        return view.matching(Fold.LINUX, new FairShare(), 1_000).stream()
                .collect(Collectors.toMap(ReadyTask::ref, ReadyTask::attempt));
    }

    /** What compaction leaves of it: the last record of each key. */
    private static List<SpaceChange> compacted(List<SpaceChange> changes) {
        var last = new HashMap<TaskRef, Integer>();
        for (int i = 0; i < changes.size(); i++) {
            last.put(changes.get(i).task(), i);
        }
        return last.values().stream().sorted().map(changes::get).toList();
    }
}
