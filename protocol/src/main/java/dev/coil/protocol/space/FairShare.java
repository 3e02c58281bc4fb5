package dev.coil.protocol.space;

import java.util.HashMap;
import java.util.Map;

/**
 * How much of a worker each project has had, so that the next task is of one that has had least: start-time fair queueing (Goyal, Vin
 * and Cheng, 1996), in slot-seconds. A project that comes, or comes again, starts level with the others: it neither makes up for the
 * time when it wanted nothing, nor is behind for what it had before. Not thread-safe.
 */
public final class FairShare {

    /** What a task is taken to need, until it is known. */
    private static final double GUESS_SECONDS = 1;

    private final Map<String, Double> had = new HashMap<>();
    private double level;

    /** As it is now; what happens to one of them is not the other one's. */
    public FairShare copy() {
        var copy = new FairShare();
        copy.had.putAll(had);
        copy.level = level;
        return copy;
    }

    /** What a project has had, for comparison with others; at least what the last one chosen had. */
    public double of(String project) {
        return Math.max(level, had.getOrDefault(project, level));
    }

    /** A task of the project is taken. */
    public void take(String project, int slots) {
        double before = of(project);
        level = before;
        had.values().removeIf(amount -> amount <= level);
        had.put(project, before + guess(slots));
    }

    /** A task of the project has ended: what it really needed counts. */
    public void end(String project, int slots, double seconds) {
        had.put(project, of(project) + slots * seconds - guess(slots));
    }

    private static double guess(int slots) {
        return slots * GUESS_SECONDS;
    }

    /** What choosing a task of the project now would add, for those who choose several at once. */
    static double step() {
        return GUESS_SECONDS;
    }
}
