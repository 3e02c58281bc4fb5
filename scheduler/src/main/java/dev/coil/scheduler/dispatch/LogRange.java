package dev.coil.scheduler.dispatch;

import dev.coil.scheduler.http.Refused;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which part of a log a request brings.
 *
 * @param first the offset of its first byte
 * @param end the offset behind its last byte
 * @see <a href="https://www.rfc-editor.org/rfc/rfc9110#name-content-range">RFC 9110, 14.4</a>
 */
record LogRange(long first, long end) {

    private static final Pattern FORM = Pattern.compile("bytes ([0-9]{1,15})-([0-9]{1,15})/(\\*|[0-9]{1,15})");
    private static final int MOST_STREAMS = 2;

    /** @throws Refused with 400 if the header is missing, or is not of a body of this length */
    static LogRange of(@Nullable String header, int length) {
        if (length == 0) {
            return new LogRange(0, 0);
        }
        var parts = FORM.matcher(header == null ? "" : header);
        if (!parts.matches()) {
            throw Refused.badRequest("header content-range: '" + (header == null ? "" : header)
                    + "': expected bytes FIRST-LAST/*, as of a part of the log");
        }
        long first = Long.parseLong(parts.group(1));
        long end = Long.parseLong(parts.group(2)) + 1;
        if (end - first != length) {
            throw Refused.badRequest("header content-range: '" + header + "' is of " + (end - first)
                    + " bytes, and the body has " + length);
        }
        return new LogRange(first, end);
    }

    /** When the part was printed, in milliseconds since the epoch; now, if the worker does not say. */
    static long millis(@Nullable String header) {
        return header != null && header.matches("[0-9]{1,15}") ? Long.parseLong(header) : System.currentTimeMillis();
    }

    static int stream(@Nullable String header) {
        if (header == null) {
            return 1;
        }
        if (!header.matches("[0-" + MOST_STREAMS + "]")) {
            throw Refused.badRequest("header coil-stream: '" + header + "': expected 0, 1 or 2");
        }
        return Integer.parseInt(header);
    }
}
