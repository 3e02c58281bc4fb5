package dev.coil.ops.checkout;

/** Git could not do what was needed; the message says what, and what git said. */
public final class GitFailed extends RuntimeException {
    private static final long serialVersionUID = 1;

    GitFailed(String message) {
        super(message);
    }

    GitFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
