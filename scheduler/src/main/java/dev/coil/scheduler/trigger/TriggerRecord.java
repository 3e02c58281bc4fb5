package dev.coil.scheduler.trigger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A record of the triggers' journal, of which the last one of each key counts. The type's name on the wire ends with its version. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TriggerRecord.Seen.class, name = "Seen.1"),
    @JsonSubTypes.Type(value = TriggerRecord.Tip.class, name = "Tip.1"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
sealed interface TriggerRecord {

    /** Its key. */
    String key();

    /**
     * A change was seen, and, as soon as that is known, what became of it.
     *
     * @param id the same for the same delivery
     * @param at when it was seen first, in milliseconds since the epoch
     * @param approvedBy who has said that it may run although it comes from elsewhere; {@code null} if nobody did
     * @param result {@code null} as long as it is to be handled
     */
    record Seen(
            String project,
            String id,
            long at,
            Change change,
            @Nullable String approvedBy,
            @Nullable Result result) implements TriggerRecord {

        Seen(String project, String id, long at, Change change) {
            this(project, id, at, change, null, null);
        }

        @Override
        public String key() {
            return "change/" + project + "/" + id;
        }

        Seen with(Result became) {
            return new Seen(project, id, at, change, approvedBy, became);
        }

        /** To be handled, now that somebody has approved it. */
        Seen approved(String by) {
            return new Seen(project, id, at, change, by, null);
        }
    }

    /**
     * What a ref was when it was looked at last.
     *
     * @param commit its object id
     */
    record Tip(String project, String ref, String commit) implements TriggerRecord {

        @Override
        public String key() {
            return key(project, ref);
        }

        static String key(String project, String ref) {
            return "tip/" + project + "/" + ref;
        }
    }

    /**
     * What became of a change.
     *
     * @param run the number of the run that it started; 0 if it started none
     * @param reason why not, in a sentence; empty if it did
     */
    record Result(Kind kind, int run, String reason) {

        /** How it ended. */
        enum Kind {
            STARTED,
            IGNORED,
            /** Until somebody approves it. */
            HELD,
            FAILED;

            String text() {
                return name().toLowerCase(Locale.ROOT);
            }
        }

        static Result started(int run) {
            return new Result(Kind.STARTED, run, "");
        }

        static Result ignored(String reason) {
            return new Result(Kind.IGNORED, 0, reason);
        }

        static Result held(String reason) {
            return new Result(Kind.HELD, 0, reason);
        }

        static Result failed(String reason) {
            return new Result(Kind.FAILED, 0, reason);
        }
    }
}
