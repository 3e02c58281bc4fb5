package dev.coil.scheduler.owner;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which finished runs are kept: the newest of each project, and the young ones of all, but none that is very old. What goes on is always
 * kept.
 *
 * @param runs how many of a project's runs, counted from the newest number
 * @param age how long after its end
 * @param most how long after its end at most, even if it is one of the newest; {@code null} for ever. The events of a partition
 *     reach back to the oldest run that is kept of any project
 */
public record Retention(int runs, Duration age, @Nullable Duration most) {

    /** Of {@link #runs}: as many as there are. */
    public static final int ALL = Integer.MAX_VALUE;

    /** Three months of everything, and a year of the last thousand runs of each project. */
    public static final Retention STANDARD = new Retention(1_000, Duration.ofDays(90), Duration.ofDays(365));

    /** @throws IllegalArgumentException with the setting that cannot be */
    public Retention {
        if (runs < 0) {
            throw new IllegalArgumentException("the runs to keep are " + runs + ": expected 0 or more");
        }
        if (age.isNegative()) {
            throw new IllegalArgumentException("the age to keep runs for is " + age + ": expected none, or some time");
        }
        if (most != null && most.compareTo(age) < 0) {
            throw new IllegalArgumentException("runs are to be kept for longer than at most");
        }
    }

    /** Without a greatest age. */
    public Retention(int runs, Duration age) {
        this(runs, age, null);
    }

    /** @param ended when the run ended, and {@code now}: by the same clock, in milliseconds since the epoch */
    public boolean keeps(int run, long newest, long ended, long now) {
        boolean old = most != null && now - ended >= most.toMillis();
        return !old && (run > newest - runs || now - ended < age.toMillis());
    }
}
