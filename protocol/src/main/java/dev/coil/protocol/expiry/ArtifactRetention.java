package dev.coil.protocol.expiry;

import java.time.Duration;

/**
 * Which artifacts and trees of finished runs are kept, where the graph does not say when they expire: those of the newest runs of each project,
 * and the young ones of all. None outlives its run, and those of a run that goes on are always kept.
 *
 * @param runs those of how many of a project's runs, counted from the newest number
 * @param age how long after the end of the attempt that made them
 */
public record ArtifactRetention(int runs, Duration age) {

    /** Of {@link #runs}: as many as there are. */
    public static final int ALL = Integer.MAX_VALUE;

    /** When something happens that never does. */
    public static final long NEVER = Long.MAX_VALUE;

    /** As long as their runs. */
    public static final ArtifactRetention STANDARD = new ArtifactRetention(ALL, Duration.ZERO);

    /** @throws IllegalArgumentException with the setting that cannot be */
    public ArtifactRetention {
        if (runs < 0) {
            throw new IllegalArgumentException("the runs whose artifacts to keep are " + runs + ": expected 0 or more");
        }
        if (age.isNegative()) {
            throw new IllegalArgumentException(
                    "the age to keep artifacts for is " + age + ": expected none, or some time");
        }
    }

    /**
     * From when on an artifact is not kept, if its run has finished by then; {@link #NEVER} if that is not to be seen yet. All times are in
     * milliseconds since the epoch, by the log's clock.
     *
     * @param ended when the attempt ended that made it
     * @param own after how many milliseconds it expires by its graph; 0 if that does not say
     * @param passed since when its run is none of the newest ones; {@link #NEVER} if it is one
     */
    public long expiresAt(long ended, long own, long passed) {
        if (own > 0) {
            return ended + own;
        }
        return passed == NEVER ? NEVER : Math.max(passed, ended + age.toMillis());
    }
}
