package dev.coil.scheduler.resolver;

/** How long a task pauses before another attempt: doubling from one second to half a minute. */
final class Backoff {

    private static final long FIRST_MILLIS = 1_000;
    private static final long LAST_MILLIS = 30_000;

    private Backoff() {}

    static long millis(int errors) {
        return Math.min(LAST_MILLIS, FIRST_MILLIS << Math.min(10, errors - 1));
    }
}
