package dev.coil.scheduler.state;

/**
 * Where work that was too much for one command goes on.
 *
 * @param kind what work
 * @param serial of the run
 * @param task whose dependents are told, or the generator; 0 for work on the whole run
 * @param next the first index that has not been dealt with
 * @param reason for a cancellation; empty otherwise
 */
public record Cursor(Kind kind, long serial, int task, int next, String reason) {

    /** What work a cursor stands for. */
    public enum Kind {
        /** Releasing the tasks without needs of a new run. */
        ROOTS,
        /** Telling the dependents of a task that it ended. */
        DEPENDENTS,
        /** Cancelling what is ready or running in a run. */
        CANCEL,
        /** Making what a task generated tasks of its run. */
        GENERATED,
        /** Telling those who wait for all that a task generated that all of it has ended. */
        GENERATION,
        /** Removing what is stored of a forgotten run, task by task; {@code next} is a dependent of the task. */
        FORGET
    }

    /** Its id in {@code Continue} commands: kind, serial, task and position, so that one that was sent twice counts once. */
    public String id() {
        return kind + "/" + serial + "/" + task + "/" + next;
    }

    /** Its key: one cursor of a kind for a task. */
    public byte[] key() {
        return Keys.text(kind + "/" + serial + "/" + task);
    }
}
