package dev.coil.scheduler.owner;

import java.time.Duration;

/**
 * Which finished runs are kept: the newest of each project, and the young ones of all. Who is neither is forgotten. What goes on is
 * always kept.
 *
 * @param runs how many of a project's runs, counted from the newest number
 * @param age how long after its end
 */
public record Retention(int runs, Duration age) {

    /** Of {@link #runs}: as many as there are. */
    public static final int ALL = Integer.MAX_VALUE;

    /** Three months of everything, and the last thousand runs of what has been quiet for longer. */
    public static final Retention STANDARD = new Retention(1_000, Duration.ofDays(90));

    /** @throws IllegalArgumentException with the setting that cannot be */
    public Retention {
        if (runs < 0) {
            throw new IllegalArgumentException("the runs to keep are " + runs + ": expected 0 or more");
        }
        if (age.isNegative()) {
            throw new IllegalArgumentException("the age to keep runs for is " + age + ": expected none, or some time");
        }
    }

    /** @param ended when the run ended, and {@code now}: by the same clock, in milliseconds since the epoch */
    public boolean keeps(int run, long newest, long ended, long now) {
        return run > newest - runs || now - ended < age.toMillis();
    }
}
