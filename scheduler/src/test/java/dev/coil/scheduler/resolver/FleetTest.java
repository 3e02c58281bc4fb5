package dev.coil.scheduler.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Workers that behave, in an installation where everything else goes wrong: owners that die, are paused for long and come back, have
 * full disks or lose what was not flushed; ZooKeeper that is away; workers killed, paused or cut off; clocks that step. Whatever
 * happened, every run ends, nobody is given up who is there, no machine has more to do than it has room for, and the readers of the
 * logs see the same as if nothing had.
 */
class FleetTest {

    private static final int TROUBLED_TICKS = 1_500;
    private static final int MOST_TICKS = 40_000;
    private static final int RUNS = 4;

    @Test
    void shouldEndEveryRunWhateverGoesWrong() {
        Seeds.runAll(FleetTest.class, 60, FleetTest::run);
    }

    private static Seeds.Figures run(long seed) {
        var fleet = simulate(seed);
        check(fleet);
        return new Seeds.Figures(fleet.logs.commands.size(), fleet.now);
    }

    static ModelFleet simulate(long seed) {
        var fleet = new ModelFleet(seed, (worker, task) -> {});
        fleet.addWorker(4, 8, 16);
        fleet.addWorker(2, 4, 8);
        fleet.addWorker(3, 4, 8);
        for (int tick = 0; tick < TROUBLED_TICKS; tick++) {
            trouble(fleet);
            use(fleet);
            fleet.tick();
        }
        fleet.logs.full.clear();
        fleet.workers.stream().filter(ModelWorker::isDead).forEach(ModelWorker::start);
        for (int tick = 0; tick < MOST_TICKS && !fleet.isSettled(); tick++) {
            fleet.tick();
        }
        for (int tick = 0; tick < MOST_TICKS && !(fleet.isSettled() && fleet.knowsWhoIsThere()); tick++) {
            fleet.tick();
        }
        return fleet;
    }

    private static void trouble(ModelFleet fleet) {
        var random = fleet.random;
        var worker = fleet.workers.get(random.nextInt(fleet.workers.size()));
        switch (random.nextInt(450)) {
            case 0 -> fleet.killOwner(false, false);
            case 1 -> fleet.killOwner(true, false);
            case 2 -> fleet.killOwner(false, true);
            case 3 -> fleet.pauseOwner(1_000 + random.nextInt(10_000), false);
            case 4, 5 -> fleet.pauseOwner(5_000 + random.nextInt(60_000), true);
            case 6 -> fleet.fillDisk();
            case 7, 8, 9 -> fleet.logs.full.clear();
            case 10, 11 -> fleet.keeper.leave(1_000 + random.nextInt(30_000));
            case 12 -> fleet.skew = random.nextInt(14_400_000) - 7_200_000;
            case 13 -> fleet.skew = 0;
            case 14, 15 -> worker.pause(1_000 + random.nextInt(40_000));
            case 16, 17 -> worker.disconnect(1_000 + random.nextInt(25_000));
            case 18, 19 -> worker.kill();
            case 20, 21, 22, 23, 24, 25, 26 -> {
                if (worker.isDead()) {
                    worker.start();
                }
            }
            default -> {}
        }
    }

    private static void use(ModelFleet fleet) {
        var random = fleet.random;
        int run = 1 + random.nextInt(RUNS);
        var project = random.nextInt(3) == 0 ? "q" : "p";
        switch (random.nextInt(500)) {
            case 0 -> fleet.logs.append(new Command.CancelRun("req", project, run, random.nextInt(20), "enough"));
            case 1 -> fleet.logs.append(new Command.RetryRun("req", project, run, null, false));
            case 2 -> fleet.logs.append(new Command.CancelRun("req", project, run, null, "enough"));
            default -> {
                if (fleet.submissions.size() < RUNS && random.nextInt(100) == 0) {
                    fleet.submit(project, tasks(random, 10 + random.nextInt(50)));
                }
            }
        }
    }

    /** As many of them reserve something as do not. */
    private static List<TaskSpec> tasks(Random random, int size) {
        var tasks = new ArrayList<TaskSpec>();
        for (int index = 0; index < size; index++) {
            var needs = new TreeSet<Integer>();
            for (int n = random.nextInt(4) - 1; index > 0 && n > 0; n--) {
                needs.add(random.nextInt(index));
            }
            var task = Fold.trying(Fold.task("t" + index, needs.toArray(new Integer[0])), random.nextInt(2), 0, 3);
            task = random.nextBoolean() ? Fold.reserving(task, resources(random)) : task;
            task = random.nextInt(6) == 0 ? Fold.grouped(task, "g", 2, false) : task;
            task = random.nextInt(8) == 0 ? Fold.timed(task, 60_000, 600_000) : task;
            tasks.add(task.with()
                    .priority(Priority.values()[random.nextInt(3)])
                    .start(random.nextInt(3) == 0 ? Start.GRANTED : Start.OPTIMISTIC)
                    .build());
        }
        return tasks;
    }

    private static Resources resources(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> new Resources(null, null, null, true);
            case 1, 2 -> new Resources(1 + random.nextInt(4), null, null, false);
            default -> new Resources(null, 1L + random.nextInt(8), null, false);
        };
    }

    private static void check(ModelFleet fleet) {
        assertThat(fleet.isSettled()).as("every run has ended").isTrue();
        assertThat(fleet.knowsWhoIsThere())
                .as("the state agrees with ZooKeeper")
                .isTrue();
        Readers.check(fleet.logs, fleet.owner(), false);
        var witness = new Witness(fleet.submissions, java.util.Map.of());
        var state = new MemoryState();
        var resolver = new Resolver(state, ModelOwner.STEPS);
        for (int offset = 0; offset < fleet.logs.commands.size(); offset++) {
            var entry = fleet.logs.commands.get(offset);
            witness.see(entry.command(), resolver.apply(state, entry.command(), offset, entry.at()));
            witness.checkHeld(resolver);
        }
        StateCheck.check(witness.told, state);
        assertThat(witness.openRuns()).isZero();
    }
}
