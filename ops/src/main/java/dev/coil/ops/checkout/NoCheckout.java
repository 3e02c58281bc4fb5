package dev.coil.ops.checkout;

/** There is nothing to run where the user pointed; the message says why and what to do. */
public final class NoCheckout extends RuntimeException {
    private static final long serialVersionUID = 1;

    NoCheckout(String message) {
        super(message);
    }
}
