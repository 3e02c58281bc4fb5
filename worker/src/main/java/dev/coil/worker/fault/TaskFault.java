package dev.coil.worker.fault;

/** The task, or what its graph says of it, is at fault: the attempt is a failure, and the message its reason. */
public final class TaskFault extends Exception {

    public TaskFault(String reason) {
        super(reason);
    }
}
