package dev.coil.scheduler.blob;

import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Contents, each named by its SHA-256. A blob is there whole or not at all, and never changes. It comes by {@link #upload} and goes by
 * {@link #remove}; whoever is told by {@link #claim} or {@link BlobUpload#keep} that it is there may rely on that for a while.
 */
public interface BlobStore {

    Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    /** Whether the text is a SHA-256 in 64 lower-case hexadecimal digits: the only form in which blobs are named. */
    static boolean isDigest(String text) {
        return DIGEST.matcher(text).matches();
    }

    /** A blob to read, if it is there. */
    Optional<Blob> open(String digest) throws IOException;

    /**
     * Whether a blob is there. If it is, somebody relies on that, and is about to name it: it stays for a while from now on.
     */
    boolean claim(String digest) throws IOException;

    /** Begins a new blob. */
    BlobUpload upload() throws IOException;

    /** Keeps a small blob and returns its digest. */
    default String put(byte[] content) throws IOException {
        try (var upload = upload()) {
            upload.write(content, 0, content.length);
            var digest = upload.digest();
            upload.keep();
            return digest;
        }
    }

    /** What time it is by the clock that {@link #remove} goes by. */
    Instant now() throws IOException;

    /** Removes a blob unless somebody wrote or claimed it since then. Returns whether nothing is left of it. */
    boolean remove(String digest, Instant unclaimedSince) throws IOException;

    /** @throws IllegalArgumentException if the text names no blob */
    static String requireDigest(String text) {
        if (!isDigest(text)) {
            throw new IllegalArgumentException("'" + text + "' is not a SHA-256 in 64 lower-case hexadecimal digits");
        }
        return text;
    }
}
