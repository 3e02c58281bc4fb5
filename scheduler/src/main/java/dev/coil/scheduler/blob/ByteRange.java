package dev.coil.scheduler.blob;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a file that a request asks for.
 *
 * @param first the first byte's offset
 * @param length how many bytes; 0 if no byte of the file is in the range
 */
record ByteRange(long first, long length) {

    private static final Pattern FORM = Pattern.compile("bytes=(\\d{0,18})-(\\d{0,18})");

    /**
     * Reads a {@code Range} header (RFC 9110, section 14).
     *
     * @return {@code null} if there is none, or none that is understood, several at once among them: then the whole file is meant
     */
    static @Nullable ByteRange parse(@Nullable String header, long size) {
        var match = FORM.matcher(header == null ? "" : header.replace(" ", ""));
        if (!match.matches()) {
            return null;
        }
        var from = match.group(1);
        var to = match.group(2);
        if (from.isEmpty()) {
            return to.isEmpty() ? null : suffix(Long.parseLong(to), size);
        }
        long first = Long.parseLong(from);
        long last = to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to);
        if (last < first) {
            return null;
        }
        return first >= size ? new ByteRange(0, 0) : new ByteRange(first, Math.min(last, size - 1) - first + 1);
    }

    private static ByteRange suffix(long wanted, long size) {
        long length = Math.min(wanted, size);
        return new ByteRange(size - length, length);
    }

    /** The {@code Content-Range} of a 206. */
    String header(long size) {
        return "bytes " + first + "-" + (first + length - 1) + "/" + size;
    }
}
