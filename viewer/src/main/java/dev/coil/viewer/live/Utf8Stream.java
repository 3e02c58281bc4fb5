package dev.coil.viewer.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;

/** Turns bytes that come in pieces into text; a character that was cut comes with the piece that ends it. */
final class Utf8Stream {

    private final CharsetDecoder decoder = UTF_8.newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    private byte[] cut = new byte[0];

    String decode(byte[] bytes) {
        var in = ByteBuffer.allocate(cut.length + bytes.length)
                .put(cut)
                .put(bytes)
                .flip();
        var out = CharBuffer.allocate(in.remaining() + 1);
        decoder.decode(in, out, false);
        cut = new byte[in.remaining()];
        in.get(cut);
        return out.flip().toString();
    }
}
