package dev.coil.viewer.why;

import dev.coil.protocol.pause.Pause;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One reason why a task waits.
 *
 * @param text one sentence for a person
 * @param pause the operator's order that is the reason; {@code null} for others
 */
public record Reason(Kind kind, String text, @Nullable Pause pause) {

    public Reason(Kind kind, String text) {
        this(kind, text, null);
    }

    /** What kind of reason; the order of the constants is that in which they are told. */
    public enum Kind {
        /** Its run waits for a place in its concurrency group. */
        RUN_QUEUED,
        /** Tasks that it needs have not ended. */
        NEEDS,
        /** It waits for a place in its concurrency group. */
        GROUP,
        /** It pauses before another attempt. */
        PAUSE,
        /** An operator has paused it. */
        PAUSED,
        /** No present worker could ever take it. */
        NO_WORKER,
        /** The workers that could take it take nothing new. */
        DRAINING,
        /** The workers that could take it have no free slot. */
        BUSY,
        /** Others come before it. */
        LINE,
        /** Nothing: a worker is about to take it. */
        ANY_MOMENT;

        /** The spelling in the API. */
        public String word() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
