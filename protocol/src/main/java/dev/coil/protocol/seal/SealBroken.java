package dev.coil.protocol.seal;

/** A sealed text that cannot be opened here. The message says what to do, and nothing of the text. */
public final class SealBroken extends RuntimeException {

    SealBroken(String message) {
        super(message, null, false, false);
    }
}
