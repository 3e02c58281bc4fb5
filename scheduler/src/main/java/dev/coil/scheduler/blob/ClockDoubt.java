package dev.coil.scheduler.blob;

import java.util.concurrent.TimeUnit;

/**
 * Whether what a clock says is to be acted on. By one that was set forward everything has expired: if more than a day seems to have passed
 * at once, it is believed only when nobody has set it right for an hour.
 */
final class ClockDoubt {

    private static final long DAY = TimeUnit.DAYS.toMillis(1);
    private static final long HOUR = TimeUnit.HOURS.toMillis(1);

    private long last;
    private long lastRunning;
    private long doubtedSince;
    private boolean doubted;

    /**
     * @param now by the clock, in milliseconds since the epoch
     * @param running by a clock that nobody sets, in milliseconds since whenever
     * @param told the latest time in the log, which was once true
     */
    boolean isBelieved(long now, long running, long told) {
        boolean first = last == 0;
        long step = first ? now - told : (now - last) - (running - lastRunning);
        last = now;
        lastRunning = running;
        if (step > DAY) {
            doubted = true;
            doubtedSince = running;
        } else if (step < -DAY || running - doubtedSince >= HOUR) {
            doubted = false;
        }
        return !doubted;
    }
}
