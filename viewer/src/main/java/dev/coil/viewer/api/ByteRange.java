package dev.coil.viewer.api;

import com.linecorp.armeria.common.HttpStatus;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The part of a body that a {@code Range} header asks for (RFC 9110, 14.2); several parts in one are not supported, which that RFC
 * allows.
 *
 * @param from the first byte
 * @param end behind the last byte
 */
record ByteRange(long from, long end) {

    private static final Pattern SINGLE = Pattern.compile("bytes=([0-9]{0,18})-([0-9]{0,18})");

    /**
     * What the header asks for.
     *
     * @return {@code null} if there is no such header, or none that is understood, so that the whole body is the answer
     * @throws ApiError if nothing of it is in a body of this size
     */
    static @Nullable ByteRange parse(@Nullable String header, long size) {
        var match = SINGLE.matcher(header == null ? "" : header);
        if (!match.matches() || (match.group(1).isEmpty() && match.group(2).isEmpty())) {
            return null;
        }
        long from;
        long end = size;
        if (match.group(1).isEmpty()) {
            from = Math.max(0, size - Long.parseLong(match.group(2)));
        } else {
            from = Long.parseLong(match.group(1));
            if (!match.group(2).isEmpty()) {
                end = Math.min(size, Long.parseLong(match.group(2)) + 1);
            }
        }
        if (from >= end) {
            throw new ApiError(
                    HttpStatus.REQUESTED_RANGE_NOT_SATISFIABLE, "there are " + size + " bytes, not so many: " + header);
        }
        return new ByteRange(from, end);
    }

    /** The value of {@code Content-Range}. */
    String contentRange(long size) {
        return "bytes " + from + "-" + (end - 1) + "/" + size;
    }
}
