package dev.coil.scheduler.resolver;

import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * The seeds of a simulation: a fixed set; with {@code -Dcoil.seed=N} the one that failed; with {@code -Dcoil.soak=RUNS} others until
 * one fails, or that many have been run, 0 for no end.
 */
final class Seeds {

    private Seeds() {}

    /** How much was simulated. */
    record Figures(int commands, long millis) {}

    static void runAll(Class<?> test, int fixed, LongFunction<Figures> simulation) {
        var chosen = Long.getLong("coil.seed");
        var most = Long.getLong("coil.soak");
        if (chosen != null) {
            run(test, chosen.longValue(), simulation);
            return;
        }
        var tally = new Tally();
        if (most != null) {
            for (var seeds = new Random(); most == 0 || tally.runs < most; ) {
                run(test, seeds.nextLong(), simulation, tally);
                tally.printNowAndThen();
            }
        } else {
            new Random(20_261_121)
                    .longs(Integer.getInteger("coil.runs", fixed))
                    .forEach(seed -> run(test, seed, simulation, tally));
        }
        tally.print();
    }

    static void run(Class<?> test, long seed, LongFunction<Figures> simulation) {
        var tally = new Tally();
        run(test, seed, simulation, tally);
        tally.print();
    }

    private static void run(Class<?> test, long seed, LongFunction<Figures> simulation, Tally tally) {
        try {
            tally.add(simulation.apply(seed));
        } catch (AssertionError | RuntimeException e) {
            tally.print();
            throw new AssertionError(failure(test, seed) + e.getMessage(), e);
        }
    }

    /** What is said of a seed that fails, before the reason. */
    static String failure(Class<?> test, long seed) {
        return "seed " + seed + " fails; replay it with: ops/soak -t " + test.getSimpleName() + " --seed " + seed
                + " (or -Dtest=" + test.getSimpleName() + " -Dcoil.seed=" + seed + "): ";
    }

    /** How fast time flies. */
    private static final class Tally {
        private static final long PAUSE = TimeUnit.SECONDS.toNanos(10);

        private final long began = System.nanoTime();
        private long printed = began;
        private long runs;
        private long commands;
        private long millis;

        void add(Figures figures) {
            runs++;
            commands += figures.commands();
            millis += figures.millis();
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
                    "simulation: %,d runs, %,d commands; a minute: %,.0f runs, %,.0f commands, %,.0f simulated days%n",
                    runs, commands, runs / minutes, commands / minutes, millis / 86_400_000.0 / minutes);
        }
    }
}
