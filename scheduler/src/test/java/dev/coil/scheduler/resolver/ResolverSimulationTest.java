package dev.coil.scheduler.resolver;

import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Random graphs under random claims, losses, cancels, retries, timers, restarts and deliveries. {@code -Dcoil.seed=N} replays the one
 * that failed; {@code ops/soak} runs others for as long as wanted.
 */
class ResolverSimulationTest {

    private static final int STEPS = 400;
    private static final int LOOK_AT_ALL = 40;
    private static final int FIXED = Integer.getInteger("coil.runs", 150);

    @Test
    void shouldLoseNothingAndAcceptNothingTwice() {
        var chosen = Long.getLong("coil.seed");
        var tally = new Tally();
        for (long seed : chosen != null ? List.of(chosen) : fixed()) {
            run(seed, tally);
        }
        tally.print();
    }

    private static List<Long> fixed() {
        return new Random(20_261_121).longs(FIXED).boxed().toList();
    }

    /** Ends when it has run so many, or with the first that fails; 0 for never. */
    @Test
    @EnabledIfSystemProperty(named = "coil.soak", matches = "[0-9]+")
    void shouldHoldForAnySeed() {
        long most = Long.getLong("coil.soak");
        var tally = new Tally();
        for (var seeds = new Random(); most == 0 || tally.runs < most; ) {
            run(seeds.nextLong(), tally);
            tally.printNowAndThen();
        }
        tally.print();
    }

    private static void run(long seed, Tally tally) {
        try {
            var space = new SimulatedSpace(seed);
            for (int step = 1; step <= STEPS; step++) {
                space.step();
                if (step % LOOK_AT_ALL == 0) {
                    space.log.checkState();
                }
            }
            space.settle();
            space.checkSettled();
            space.forgetAll();
            space.checkForgotten();
            space.log.checkReplay();
            tally.add(space);
        } catch (AssertionError | RuntimeException e) {
            tally.print();
            throw new AssertionError(
                    "seed " + seed + " fails; replay it with: ops/soak --seed " + seed
                            + " (or -Dtest=ResolverSimulationTest -Dcoil.seed=" + seed + "): " + e.getMessage(),
                    e);
        }
    }

    /** How fast time flies. */
    private static final class Tally {
        private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

        private final long began = System.nanoTime();
        private long printed = began;
        private long runs;
        private long commands;
        private long millis;

        void add(SimulatedSpace space) {
            runs++;
            commands += space.log.commands();
            millis += space.log.simulatedMillis();
        }

        void printNowAndThen() {
            if (System.nanoTime() - printed > PAUSE) {
                printed = System.nanoTime();
                print();
            }
        }

        void print() {
            double minutes = (System.nanoTime() - began) / (double) TimeUnit.MINUTES.toNanos(1);
            System.out.printf(
                    "simulation: %,d runs, %,d commands, each folded three times; a minute: %,.0f runs, %,.0f commands, %,.0f simulated days%n",
                    runs, commands, runs / minutes, commands / minutes, millis / 86_400_000.0 / minutes);
        }
    }
}
