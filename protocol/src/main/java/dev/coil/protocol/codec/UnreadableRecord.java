package dev.coil.protocol.codec;

import java.nio.charset.StandardCharsets;

/** Bytes that are not a record of the expected type, or of a version that this program does not know. */
public final class UnreadableRecord extends RuntimeException {

    public UnreadableRecord(Class<?> type, byte[] bytes, Throwable cause) {
        super("not a readable " + type.getSimpleName() + ": " + start(bytes), cause);
    }

    private static String start(byte[] bytes) {
        var text = new String(bytes, 0, Math.min(bytes.length, 120), StandardCharsets.UTF_8);
        return bytes.length > 120 ? text + "…" : text;
    }
}
