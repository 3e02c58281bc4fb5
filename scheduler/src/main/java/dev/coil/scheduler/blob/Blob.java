package dev.coil.scheduler.blob;

import java.io.IOException;
import java.io.InputStream;

/** A blob that is there. */
public interface Blob {

    /** Its length in bytes. */
    long size();

    /** Some of its bytes, which come as they are read. The caller closes the stream. */
    InputStream read(long first, long length) throws IOException;

    /** All of a small one. */
    default byte[] content() throws IOException {
        try (var bytes = read(0, size())) {
            return bytes.readAllBytes();
        }
    }
}
