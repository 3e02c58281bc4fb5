package dev.coil.scheduler.trigger;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.coil.protocol.graph.trigger.Cron;
import dev.coil.protocol.graph.trigger.Schedule;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A record of the triggers' journal, of which the last one of each key counts. The type's name on the wire ends with its version. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = TriggerRecord.Seen.class, name = "Seen.1"),
    @JsonSubTypes.Type(value = TriggerRecord.Tip.class, name = "Tip.1"),
    @JsonSubTypes.Type(value = TriggerRecord.Looked.class, name = "Looked.1"),
    @JsonSubTypes.Type(value = TriggerRecord.Timetable.class, name = "Timetable.1"),
    @JsonSubTypes.Type(value = TriggerRecord.Tick.class, name = "Tick.1"),
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
     * @param at when it was seen there, in milliseconds since the epoch: what was seen earlier does not count any more
     */
    record Tip(String project, String ref, String commit, long at) implements TriggerRecord {

        @Override
        public String key() {
            return key(project, ref);
        }

        static String key(String project, String ref) {
            return "tip/" + project + "/" + ref;
        }
    }

    /**
     * The refs of a repository are all known, so that what differs is new.
     *
     * @param repository as it was set up then
     */
    record Looked(String project, String repository) implements TriggerRecord {

        @Override
        public String key() {
            return "looked/" + project;
        }
    }

    /**
     * When runs of a project start by the clock, as the graph on its default branch said last.
     *
     * @param commit whose graph it was
     * @param at since when, in milliseconds since the epoch: no time before it counts
     */
    record Timetable(String project, String ref, String commit, long at, List<Entry> entries) implements TriggerRecord {

        /** A schedule. */
        record Entry(String cron, String timezone, List<String> tasks) {

            static Entry of(Schedule schedule) {
                return new Entry(schedule.cron().text(), schedule.timezone().getId(), schedule.tasks());
            }

            Schedule schedule() {
                return new Schedule(Cron.parse(cron), ZoneId.of(timezone), tasks);
            }
        }

        @Override
        public String key() {
            return "timetable/" + project;
        }
    }

    /**
     * The last time of a schedule that has come.
     *
     * @param schedule its key
     * @param at in milliseconds since the epoch
     */
    record Tick(String project, String schedule, long at) implements TriggerRecord {

        @Override
        public String key() {
            return "tick/" + project + "/" + schedule;
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
