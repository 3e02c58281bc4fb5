package dev.coil.scheduler.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.scheduler.http.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;

/** Reads texts strictly. */
final class Utf8 {

    private Utf8() {}

    /**
     * The text.
     *
     * @param file its name, for the message
     * @throws Refused with 400 if it is none
     */
    static String text(String file, byte[] bytes) {
        try {
            return UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw Refused.badRequest("generates: " + file + " is no text in UTF-8");
        }
    }
}
