package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import java.util.Locale;
import java.util.Objects;

/** From text that is known to be of the right shape to values. */
final class Conversions {

    private Conversions() {}

    /** Of {@code 90s}, {@code 60m}, {@code 6h}, {@code 2d}. */
    static long millis(String duration) {
        long amount = Long.parseLong(duration.substring(0, duration.length() - 1));
        long second = 1_000;
        return amount
                * switch (duration.charAt(duration.length() - 1)) {
                    case 's' -> second;
                    case 'm' -> 60 * second;
                    case 'h' -> 3_600 * second;
                    default -> 86_400 * second;
                };
    }

    /** Of {@code 500MB}, {@code 1.5GiB}. */
    static long bytes(String size) {
        return Objects.requireNonNull(Quantity.parse(size)).longValue();
    }

    static Priority priority(String text) {
        return Priority.valueOf(text.toUpperCase(Locale.ROOT));
    }

    static Outcome outcome(String text) {
        return Outcome.valueOf(text.toUpperCase(Locale.ROOT));
    }
}
