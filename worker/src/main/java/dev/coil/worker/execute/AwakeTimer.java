package dev.coil.worker.execute;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * A limit of time in which only that counts in which this process ran: while the machine slept, or the worker was stopped (SIGSTOP), the
 * script got no further either. For one who looks every second or more often.
 */
final class AwakeTimer {

    /** What a busy machine may make of a second. */
    private static final long MOST_BETWEEN_LOOKS = TimeUnit.SECONDS.toNanos(5);

    private final LongSupplier nanos;
    private long left;
    private long lastLook;

    /** @param nanos a clock that nobody sets */
    AwakeTimer(Duration limit, LongSupplier nanos) {
        this.nanos = nanos;
        left = limit.toSeconds() > Long.MAX_VALUE / 2_000_000_000L ? Long.MAX_VALUE : limit.toNanos();
        lastLook = nanos.getAsLong();
    }

    /** Takes a look. @return how long it still is to the limit; not positive when the time is over */
    long nanosLeft() {
        long now = nanos.getAsLong();
        left -= Math.min(now - lastLook, MOST_BETWEEN_LOOKS);
        lastLook = now;
        return left;
    }
}
