package dev.coil.viewer.why;

import java.util.Locale;

/**
 * One reason why a task waits.
 *
 * @param text one sentence for a person
 */
public record Reason(Kind kind, String text) {

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
