package dev.coil.viewer.notify;

import java.time.Duration;
import java.util.random.RandomGenerator;

/** How long to wait after failures: a second, then twice as long each time, up to five minutes; by chance down to half of it. */
final class Backoff {

    private static final long FIRST = 1_000;
    private static final long MOST = 300_000;
    private static final int MOST_DOUBLINGS = 16;

    private final RandomGenerator random;

    Backoff(RandomGenerator random) {
        this.random = random;
    }

    /** @param failures in a row, at least one */
    synchronized Duration after(int failures) {
        long whole = Math.min(MOST, FIRST << Math.min(failures - 1, MOST_DOUBLINGS));
        return Duration.ofMillis(whole / 2 + random.nextLong(whole / 2 + 1));
    }
}
