package dev.coil.scheduler.state;

/** How far a run is as a whole. */
public enum RunStatus {
    /** For a place in its concurrency group; none of its tasks has been released. */
    QUEUED,
    STARTED,
    /** Every task has ended. */
    FINISHED
}
