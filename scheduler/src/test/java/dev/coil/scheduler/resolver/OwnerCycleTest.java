package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.space.ClaimId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * The cycle of {@code PartitionOwner} as a model, without Kafka: poll, fold, send, acknowledge, store. It is cut after every smallest
 * step, a second owner starts from what is stored there or on another machine, is cut itself, and a third one brings it to its end,
 * while those before may live on for a while. Whatever happened, the readers of the logs see the same as if nothing had.
 */
class OwnerCycleTest {

    @Test
    void shouldShowNoReaderWhereItWasCut() {
        int cuts = steps(0) + 1;
        assertThat(cuts).as("smallest steps of the script").isGreaterThan(150);
        for (int first = 0; first < cuts; first++) {
            for (var fate : ModelWorld.Fate.values()) {
                for (int second : ofStore(fate) ? new int[] {4, 60} : new int[] {0, 1, 4, 15, 60}) {
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
            var fates = ModelWorld.Fate.values();
            run(random.nextInt(250), random.nextInt(150), fates[random.nextInt(fates.length)], seed);
        }
    }

    private static boolean ofStore(ModelWorld.Fate fate) {
        return fate == ModelWorld.Fate.FULL || fate == ModelWorld.Fate.UNFLUSHED;
    }

    /** How many smallest steps an owner takes that is not cut. */
    private static int steps(long seed) {
        var world = new ModelWorld();
        var random = new Random(seed);
        var owner = new ModelOwner(world, 0, "only");
        int steps = 0;
        for (; !owner.isIdle() || !world.isSaid(); steps++) {
            speak(world, steps);
            owner.step(random);
        }
        return steps;
    }

    private static void speak(ModelWorld world, int step) {
        if (step % 4 == 0) {
            world.say();
        }
    }

    private static void run(int first, int second, ModelWorld.Fate fate, long seed) {
        try {
            var world = new ModelWorld();
            var random = new Random(seed);
            var zombies = new ArrayList<ModelOwner>();
            int step = 0;
            for (int cut : new int[] {first, second}) {
                var owner = new ModelOwner(world, world.store(fate, zombies.size()), "owner" + zombies.size());
                for (int n = 0; n < cut; n++) {
                    speak(world, step++);
                    owner.step(random);
                    if (fate == ModelWorld.Fate.ZOMBIE) {
                        zombies.forEach(zombie -> zombie.step(random));
                    }
                }
                zombies.add(owner);
                if (fate == ModelWorld.Fate.UNFLUSHED) {
                    world.kill(owner.store);
                } else if (fate == ModelWorld.Fate.FULL && world.full.add(owner.store)) {
                    step = untilItsDiskIsFull(world, owner, random, step);
                }
            }
            world.full.clear();
            var last = new ModelOwner(world, world.store(fate, zombies.size()), "last");
            while (!last.isIdle() || !world.isSaid()) {
                speak(world, step++);
                last.step(random);
                if (fate == ModelWorld.Fate.ZOMBIE) {
                    zombies.forEach(zombie -> zombie.step(random));
                }
            }
            if (fate == ModelWorld.Fate.ZOMBIE) {
                healGhosts(world, last, random);
            }
            var events = Readers.check(world, last, fate != ModelWorld.Fate.ZOMBIE);
            assertThat(events).as("a generator is underway").anyMatch(e -> e.event() instanceof Event.TasksGenerated);
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError(
                    "cut after " + first + " and " + second + " steps, " + fate + ", seed " + seed + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** It ends with the first write that fails, if there is one. */
    private static int untilItsDiskIsFull(ModelWorld world, ModelOwner owner, Random random, int from) {
        int step = from;
        for (; !owner.hasEnded() && !(owner.isIdle() && world.isSaid()); step++) {
            speak(world, step);
            owner.step(random);
        }
        return step;
    }

    /** What a zombie has put there costs whoever falls for it one claim. */
    private static void healGhosts(ModelWorld world, ModelOwner last, Random random) {
        var outstanding = Readers.outstanding(last.state);
        for (var ghost : Readers.view(world.space).entrySet()) {
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
}
