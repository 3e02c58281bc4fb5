package dev.coil.protocol.event;

/** Why a request changed nothing. */
public enum Rejection {
    UNKNOWN_PROJECT,
    UNKNOWN_RUN,
    /** The retention did not keep the run. */
    FORGOTTEN,
    UNKNOWN_TASK,
    /** The attempt is no longer this worker's: its claim was lost, or ended. */
    CLAIM_LOST,
    /** With these tasks the run would have more than a run may. */
    TOO_MANY_TASKS,
    /** The task has added tasks to the run, which another attempt would add again. */
    HAS_GENERATED,
    /** The number of staged tasks is not the one that the submission names: some were lost, send all again under a new id. */
    INCOMPLETE_SUBMISSION,
    /** The run or task has ended already. */
    ALREADY_FINISHED,
    /** The run or task is still running. */
    NOT_FINISHED,
    /** There is nothing to run again. */
    NOTHING_TO_RETRY,
    /** The run waits for a place in its concurrency group. */
    NOT_STARTED,
    /** As many of the run's concurrency group as may be are going on. */
    GROUP_BUSY,
    /** There is no such pause. */
    NOT_PAUSED
}
