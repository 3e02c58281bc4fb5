package dev.coil.viewer.projection;

import java.util.Locale;

/** Where a task is on its way; how it ended is its outcome. */
public enum TaskPhase {
    /** For its needs. */
    WAITING,
    /** For a worker. */
    READY,
    RUNNING,
    FINISHED;

    /** The spelling in the API and on pages. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
