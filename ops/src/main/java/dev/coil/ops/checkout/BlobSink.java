package dev.coil.ops.checkout;

import java.nio.file.Path;

/** Takes files under the SHA-256 of their content. */
@FunctionalInterface
public interface BlobSink {

    /** Keeps a file, unless it is there already. */
    void put(Path file, String sha256);
}
