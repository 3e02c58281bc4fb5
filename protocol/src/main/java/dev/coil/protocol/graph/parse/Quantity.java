package dev.coil.protocol.graph.parse;

import java.math.BigDecimal;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Numbers with units of bytes. */
public final class Quantity {

    public static final String EXPECTED = "a number such as 4, 8GiB or 500MB";

    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,18}(?:\\.[0-9]{1,6})?)\\s*([A-Za-z]*)");

    private static final Map<String, BigDecimal> UNITS = Map.of(
            "", BigDecimal.ONE,
            "B", BigDecimal.ONE,
            "KB", BigDecimal.TEN.pow(3),
            "MB", BigDecimal.TEN.pow(6),
            "GB", BigDecimal.TEN.pow(9),
            "TB", BigDecimal.TEN.pow(12),
            "KiB", BigDecimal.valueOf(1L << 10),
            "MiB", BigDecimal.valueOf(1L << 20),
            "GiB", BigDecimal.valueOf(1L << 30),
            "TiB", BigDecimal.valueOf(1L << 40));

    private Quantity() {}

    /** The number, in bytes if it has a unit; {@code null} if the text is none. */
    public static @Nullable BigDecimal parse(String text) {
        var match = NUMBER.matcher(text.strip());
        var unit = match.matches() ? UNITS.get(match.group(2)) : null;
        return unit == null ? null : new BigDecimal(match.group(1)).multiply(unit);
    }
}
