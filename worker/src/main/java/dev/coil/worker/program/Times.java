package dev.coil.worker.program;

import java.time.Duration;
import java.util.regex.Pattern;

/** Spans of time as options have them: {@code 12h}, {@code 90d}. */
public final class Times {

    private static final Pattern TIME = Pattern.compile("([0-9]{1,6})([smhd])");

    private Times() {}

    /** @throws IllegalArgumentException if it is none */
    public static Duration parse(String option, String text) {
        var time = TIME.matcher(text);
        if (!time.matches()) {
            throw new IllegalArgumentException(option + " is '" + text + "': expected a time such as 12h or 90d");
        }
        long amount = Long.parseLong(time.group(1));
        return switch (time.group(2)) {
            case "s" -> Duration.ofSeconds(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            default -> Duration.ofDays(amount);
        };
    }
}
