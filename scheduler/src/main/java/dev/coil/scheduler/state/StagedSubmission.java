package dev.coil.scheduler.state;

/**
 * A submission of which tasks have been staged, and which is no run yet.
 *
 * @param at when the last of them came, by the log's clock, in milliseconds since the epoch
 */
public record StagedSubmission(String id, long at) {

    /** After how long its submitter has given it up: a little before readers of events think so. */
    public static final long ABANDONED_MILLIS = 5 * 3_600_000L;
}
