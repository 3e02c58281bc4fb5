package dev.coil.protocol.graph.trigger;

/** What may start a run by itself. */
public enum Event {
    PUSH("push"),
    PULL_REQUEST("pull_request"),
    SCHEDULE("schedule");

    private final String text;

    Event(String text) {
        this.text = text;
    }

    /** As graph files, conditions and the environment of tasks have it. */
    public String text() {
        return text;
    }
}
