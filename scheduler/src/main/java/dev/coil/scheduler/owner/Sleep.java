package dev.coil.scheduler.owner;

/**
 * How long this process did not run, by looks at the clock that it takes many times a second: the machine was asleep, or the process
 * stopped. A clock that is set forward looks the same, and is the same to those who wait.
 */
final class Sleep {

    /** No pause of a running process is as long. */
    private static final long NAP_MILLIS = 5_000;

    private long lastLook;
    private long slept;

    Sleep(long clock) {
        lastLook = clock;
    }

    /** Takes a look. @return how long it slept since it began to look, in milliseconds */
    long look(long clock) {
        long pause = clock - lastLook;
        if (pause > NAP_MILLIS) {
            slept += pause;
        }
        lastLook = clock;
        return slept;
    }
}
