package dev.coil.scheduler.resolver;

/**
 * The log's clock. It goes with the times at which the broker took the records, but never back: where those step back, as after a start
 * with a clock that is an hour slow, it goes on by what passes from record to record, so that no pause and no timeout stands still.
 */
final class Timeline {

    /** A clock that is as near as this to where it was is right again, and is gone with at once. */
    private static final long NEAR_MILLIS = 5_000;

    private Timeline() {}

    /**
     * The time at a record, in milliseconds since the epoch, as are all of these.
     *
     * @param before the time at the record before it
     * @param lastAppended when the broker took that one, by its clock
     * @param appended when it took this one
     */
    static long next(long before, long lastAppended, long appended) {
        return appended >= before - NEAR_MILLIS
                ? Math.max(before, appended)
                : before + Math.max(0, appended - lastAppended);
    }
}
