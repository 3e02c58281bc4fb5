package dev.coil.worker.http;

/** The claim is not this worker's any more; the message says why. */
final class ClaimLost extends Exception {
    ClaimLost(String reason) {
        super(reason, null, false, false);
    }
}
