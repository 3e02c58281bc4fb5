package dev.coil.worker.blob;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256, the name of everything in the blob store. */
final class Digests {

    private Digests() {}

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
