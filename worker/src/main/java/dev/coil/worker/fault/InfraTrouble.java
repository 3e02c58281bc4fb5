package dev.coil.worker.fault;

/** The infrastructure failed, not the task: the attempt is an error, and the message its reason. */
public final class InfraTrouble extends Exception {

    public InfraTrouble(String reason) {
        super(reason);
    }

    public InfraTrouble(String reason, Throwable cause) {
        super(reason, cause);
    }
}
