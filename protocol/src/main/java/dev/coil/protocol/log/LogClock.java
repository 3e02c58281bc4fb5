package dev.coil.protocol.log;

import java.util.function.LongSupplier;

/**
 * The time of the logs within one process, in milliseconds since the epoch: that of the machine, but it never goes back. After the machine's
 * clock was set back it goes on at its own pace, until the machine's has caught up; otherwise whatever waits for a moment of the log
 * would wait for as long as the clock was set back.
 */
public final class LogClock implements LongSupplier {

    public static final LogClock SYSTEM = new LogClock(System::currentTimeMillis, System::nanoTime);

    /** What corrects a clock moves it back by less than this, and is waited for. */
    private static final long CORRECTION_MILLIS = 1_000;

    private static final long NANOS = 1_000_000;

    private final LongSupplier machine;
    private final LongSupplier nanos;
    private long base;
    private long baseNanos;
    private long last;

    /** @param machine the machine's clock, in milliseconds @param nanos one that nobody sets */
    public LogClock(LongSupplier machine, LongSupplier nanos) {
        this.machine = machine;
        this.nanos = nanos;
        base = machine.getAsLong();
        baseNanos = nanos.getAsLong();
        last = base;
    }

    @Override
    public synchronized long getAsLong() {
        long now = machine.getAsLong();
        long steady = base + (nanos.getAsLong() - baseNanos) / NANOS;
        if (now > steady - CORRECTION_MILLIS) {
            last = Math.max(last, now);
            base = last;
            baseNanos = nanos.getAsLong();
        } else {
            last = Math.max(last, steady);
        }
        return last;
    }
}
