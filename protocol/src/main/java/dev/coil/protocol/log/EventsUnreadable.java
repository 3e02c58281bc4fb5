package dev.coil.protocol.log;

/** The event log cannot be read: a file of it is damaged, or records are missing. The command log has what it takes to make it anew. */
public final class EventsUnreadable extends RuntimeException {
    public EventsUnreadable(String message) {
        super(message);
    }

    /** @param cause what a consumer threw that could not go on */
    public EventsUnreadable(Throwable cause) {
        super(Topics.EVENTS + " is damaged: " + UnreadableLog.reason(cause), cause);
    }
}
