package dev.coil.ops.checkout;

/** Git could not do what was needed; the message says what, and what git said. */
public final class GitFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final boolean killed;

    /** @param killed whether a signal may have ended it */
    GitFailed(String message, boolean killed) {
        super(message);
        this.killed = killed;
    }

    /** Whether it was perhaps ended by a signal, which then goes to this process as well. */
    public boolean isKilled() {
        return killed;
    }
}
