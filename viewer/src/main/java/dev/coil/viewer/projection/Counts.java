package dev.coil.viewer.projection;

import dev.coil.protocol.graph.Outcome;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** How many tasks of a run are in each phase, and how many ended with each outcome. Immutable. */
public final class Counts {

    private static final int PHASES = TaskPhase.values().length;
    private static final int OUTCOMES = Outcome.values().length;

    private final int[] numbers;

    private Counts(int[] numbers) {
        this.numbers = numbers;
    }

    /** All waiting. */
    static Counts waiting(int tasks) {
        var numbers = new int[PHASES + OUTCOMES];
        numbers[TaskPhase.WAITING.ordinal()] = tasks;
        return new Counts(numbers);
    }

    /** So many more are waiting. */
    Counts grown(int tasks) {
        var grown = numbers.clone();
        grown[TaskPhase.WAITING.ordinal()] += tasks;
        return new Counts(grown);
    }

    Counts moved(TaskState from, TaskState to) {
        var moved = numbers.clone();
        add(moved, from.phase(), from.outcome(), -1);
        add(moved, to.phase(), to.outcome(), 1);
        return new Counts(moved);
    }

    private static void add(int[] numbers, TaskPhase phase, @Nullable Outcome outcome, int change) {
        numbers[phase.ordinal()] += change;
        if (outcome != null) {
            numbers[PHASES + outcome.ordinal()] += change;
        }
    }

    public int of(TaskPhase phase) {
        return numbers[phase.ordinal()];
    }

    public int of(Outcome outcome) {
        return numbers[PHASES + outcome.ordinal()];
    }

    public int total() {
        return Arrays.stream(numbers, 0, PHASES).sum();
    }
}
