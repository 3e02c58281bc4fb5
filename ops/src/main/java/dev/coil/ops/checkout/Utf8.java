package dev.coil.ops.checkout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.Problem;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.util.List;

/** Tells text from what only has the name of a graph file, and where it ceases to be text. */
final class Utf8 {

    private final String file;
    private final byte[] bytes;

    private Utf8(String file, byte[] bytes) {
        this.file = file;
        this.bytes = bytes;
    }

    /**
     * The text that the bytes are.
     *
     * @param file its name, for messages
     * @throws GraphException if they are none in UTF-8
     */
    static String decode(String file, byte[] bytes) {
        return new Utf8(file, bytes).decode();
    }

    private String decode() {
        int zero = indexOfZero();
        if (isUtf16()) {
            throw problem(0, "this file is UTF-16", "save it as UTF-8: iconv -f UTF-16 -t UTF-8");
        }
        if (zero >= 0) {
            throw problem(zero, "this is a NUL byte, so the file is binary", "a graph is text: is it the right file?");
        }
        var in = ByteBuffer.wrap(bytes);
        var out = CharBuffer.allocate(bytes.length);
        if (UTF_8.newDecoder().decode(in, out, true).isError()) {
            throw problem(
                    in.position(),
                    String.format("the byte 0x%02X is not UTF-8", bytes[in.position()]),
                    "save the file as UTF-8; from Latin-1: iconv -f LATIN1 -t UTF-8");
        }
        return out.flip().toString();
    }

    private int indexOfZero() {
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                return i;
            }
        }
        return -1;
    }

    /** By its byte order mark. */
    private boolean isUtf16() {
        return bytes.length >= 2
                && (bytes[0] == (byte) 0xFE && bytes[1] == (byte) 0xFF
                        || bytes[0] == (byte) 0xFF && bytes[1] == (byte) 0xFE);
    }

    private GraphException problem(int offset, String message, String hint) {
        int line = 1;
        int start = 0;
        for (int i = 0; i < offset; i++) {
            if (bytes[i] == '\n') {
                line++;
                start = i + 1;
            }
        }
        var before = new String(bytes, start, offset - start, UTF_8);
        int column = before.codePointCount(0, before.length()) + 1;
        return new GraphException(List.of(new Problem(file, line, column, message, hint)));
    }
}
