package dev.coil.ops.progress;

import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Durations for people: {@code 0.4 s}, {@code 12 s}, {@code 3 min 04 s}, {@code 2 h 05 min}. */
public final class Durations {

    private Durations() {}

    public static String text(Duration duration) {
        // Clocks of two machines differ; a task that starts in the future has just started.
        long millis = Math.max(0, duration.toMillis());
        long seconds = (millis + 500) / 1000;
        if (millis < 9_950) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3600) {
            return String.format(Locale.ROOT, "%d min %02d s", seconds / 60, seconds % 60);
        }
        return String.format(Locale.ROOT, "%d h %02d min", seconds / 3600, seconds % 3600 / 60);
    }

    /** The time between two moments; empty if one of them is not known. */
    public static String between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? "" : text(Duration.between(from, to));
    }
}
