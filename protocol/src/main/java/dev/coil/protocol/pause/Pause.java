package dev.coil.protocol.pause;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Nothing new of the scope is started until an operator resumes it; what runs goes on.
 *
 * @param reason one sentence for a person; may be empty
 * @param by who paused it, for people
 * @param since by the log's clock, in milliseconds since the epoch
 * @param until when it ends by itself, by the same clock; 0 for never
 * @param quarantine whether a worker is not trusted: it gives back what it runs
 */
public record Pause(
        PauseScope scope,
        String reason,
        String by,
        long since,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long until,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean quarantine) {

    @JsonCreator
    public Pause {}

    /** Until it is resumed. */
    public Pause(PauseScope scope, String reason, String by, long since) {
        this(scope, reason, by, since, 0, false);
    }

    /** What was done to a worker, in one word and by whom: {@code drained by ann}. */
    public String deed() {
        return (quarantine ? "quarantined by " : "drained by ") + by;
    }

    /** The same with the reason: {@code drained by ann: new disk}. */
    public String sentence() {
        return reason.isEmpty() ? deed() : deed() + ": " + reason;
    }
}
