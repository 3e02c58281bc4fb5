package dev.coil.viewer.forge;

import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/**
 * How long an answer asks to be left alone. Points in time are compared with the date of the same answer, so that it does not matter
 * which of the two clocks is wrong (RFC 9110, 6.6.1 and 10.2.3).
 */
final class Patience {

    private static final Duration MOST = Duration.ofHours(1);

    /** What GitHub asks for of who exceeds a secondary limit and is told no time. */
    private static final Duration UNTOLD = Duration.ofMinutes(1);

    /** What is less is a number of seconds to wait, what is more a point in time. */
    private static final long EPOCH = 1_000_000_000L;

    private Patience() {}

    /** Whether the answer says that it was asked too much. GitHub does so with 403 as well, and sends its limits with every answer. */
    static boolean isLimit(int status, HttpHeaders headers, String message) {
        return status == 429
                || status == 403
                        && (headers.firstValue("Retry-After").isPresent()
                                || isSpent(headers)
                                || message.contains("rate limit"));
    }

    private static boolean isSpent(HttpHeaders headers) {
        return value(headers, "X-RateLimit-Remaining").equals("0")
                || value(headers, "RateLimit-Remaining").equals("0");
    }

    /** @return {@code null} if it does not say */
    static @Nullable Duration of(int status, HttpHeaders headers, Instant now) {
        var then = date(value(headers, "Date"));
        var from = then == null ? now : then;
        var wait = retryAfter(value(headers, "Retry-After"), from);
        if (wait == null && (status == 429 || status == 403)) {
            wait = reset(value(headers, "X-RateLimit-Reset"), from);
            wait = wait == null ? reset(value(headers, "RateLimit-Reset"), from) : wait;
            wait = wait == null ? UNTOLD : wait;
        }
        if (wait == null) {
            return null;
        }
        return wait.isNegative() ? Duration.ZERO : wait.compareTo(MOST) > 0 ? MOST : wait;
    }

    private static @Nullable Duration retryAfter(String text, Instant from) {
        var seconds = number(text);
        if (seconds != null) {
            return Duration.ofSeconds(seconds);
        }
        var until = date(text);
        return until == null ? null : Duration.between(from, until);
    }

    private static @Nullable Duration reset(String text, Instant from) {
        var number = number(text);
        if (number == null) {
            return null;
        }
        return Duration.ofSeconds(number < EPOCH ? number : number - from.getEpochSecond());
    }

    /** @return {@code null} for what is no number that could be meant */
    private static @Nullable Long number(String text) {
        return text.matches("[0-9]{1,12}") ? Long.valueOf(text) : null;
    }

    private static @Nullable Instant date(String text) {
        try {
            return text.isEmpty() ? null : Instant.from(DateTimeFormatter.RFC_1123_DATE_TIME.parse(text));
        } catch (DateTimeException e) {
            return null;
        }
    }

    private static String value(HttpHeaders headers, String name) {
        return headers.firstValue(name).orElse("").strip();
    }
}
