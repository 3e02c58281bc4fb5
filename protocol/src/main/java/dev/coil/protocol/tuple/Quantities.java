package dev.coil.protocol.tuple;

import java.util.Locale;

/** Amounts for people. */
public final class Quantities {

    private Quantities() {}

    /** {@code 1.5GiB}, {@code 8GiB}. */
    public static String gibibytes(long bytes) {
        var text = String.format(Locale.ROOT, "%.1f", bytes / (double) (1L << 30));
        return (text.endsWith(".0") ? text.substring(0, text.length() - 2) : text) + "GiB";
    }
}
