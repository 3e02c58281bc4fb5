package dev.coil.scheduler.state;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;

/** How far a task is, and from where it may go where. An illegal transition is a bug that stops the partition. */
public enum TaskStatus {
    /** For its needs, or for the pause before another attempt. */
    WAITING,
    /** For a place in its concurrency group. */
    BLOCKED,
    /** For a worker. */
    READY,
    /** A worker holds its claim. */
    RUNNING,
    /** Ended. */
    FINISHED;

    private static final Map<TaskStatus, Set<TaskStatus>> LEGAL = Map.of(
            // released, with or without a place in its group; skipped or cancelled
            WAITING, EnumSet.of(BLOCKED, READY, FINISHED),
            // has a place; cancelled
            BLOCKED, EnumSet.of(READY, FINISHED),
            // claimed; cancelled or waited too long
            READY, EnumSet.of(RUNNING, FINISHED),
            // ended; given back, or ended with another attempt to come
            RUNNING, EnumSet.of(FINISHED, WAITING),
            // run again by a person
            FINISHED, EnumSet.of(WAITING));

    public boolean mayBecome(TaskStatus next) {
        return LEGAL.get(this).contains(next);
    }
}
