package dev.coil.viewer.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.viewer.forge.CommitStatus.State;
import org.jspecify.annotations.Nullable;

/**
 * What was told, or what the forge refused to hear.
 *
 * @param run of which it was
 * @param text what else can change: the description of a status, the figures of a comment
 * @param at when, in milliseconds since the epoch
 */
record Telling(int run, State state, String text, long at, boolean refused) {

    String write() {
        return new String(Codec.write(Telling.class, this), UTF_8);
    }

    /** @return {@code null} if it was told by a program that remembers in another way; then it is told again */
    static @Nullable Telling read(@Nullable String written) {
        try {
            return written == null ? null : Codec.read(Telling.class, written.getBytes(UTF_8));
        } catch (UnreadableRecord e) {
            return null;
        }
    }

    /** Whether there is nothing new in another one. What was refused is not tried again for a detail. */
    boolean covers(Telling other) {
        return run == other.run && state == other.state && (refused || text.equals(other.text));
    }
}
