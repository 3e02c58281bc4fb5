package dev.coil.viewer.projection;

import org.jspecify.annotations.Nullable;

/**
 * What keeps a task whose needs have ended from being ready.
 *
 * @param text one sentence for a person
 * @param group the name of its concurrency group; {@code null} if that is not what it waits for
 * @param until when it is over, by the log's clock, in milliseconds since the epoch; 0 if nobody knows
 */
public record Hold(Kind kind, String text, @Nullable String group, long until) {

    /** What kind of thing it is. */
    public enum Kind {
        /** It waits for a place in its concurrency group. */
        GROUP,
        /** It pauses before another attempt. */
        PAUSE
    }
}
