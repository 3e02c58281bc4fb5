package dev.coil.worker.blob;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.util.HexFormat;

/** A blob on its way into a file. When the connection breaks, what has come stays, and only the rest is asked for again. */
final class Download {

    private static final int BUFFER = 64 * 1024;
    /** So much must have come for a connection to have been of use. */
    private static final int SOMETHING = 64 * 1024;

    private static final int PARTIAL_CONTENT = 206;
    private static final int RANGE_NOT_SATISFIABLE = 416;

    private final String sha256;
    private final Path file;
    private MessageDigest digest = Digests.sha256();
    private long length;
    private long farthest;

    /** @param file is made, or overwritten */
    Download(String sha256, Path file) {
        this.sha256 = sha256;
        this.file = file;
    }

    /** How many bytes have come. */
    long length() {
        return length;
    }

    /** Whether so much has come since this was last asked that it is worth to go on: more than ever before. */
    boolean hasGained() {
        if (length - farthest < SOMETHING) {
            return false;
        }
        farthest = length;
        return true;
    }

    /** Asks for what has not come yet. */
    HttpRequest.Builder ask(NodeAddress node) {
        var request = node.request("/api/v1/blobs/" + sha256);
        return length == 0 ? request : request.header("Range", "bytes=" + length + "-");
    }

    /** Whether an answer is one to {@link #take}. */
    boolean takes(int status) {
        return status == 200 || (length > 0 && (status == PARTIAL_CONTENT || status == RANGE_NOT_SATISFIABLE));
    }

    /**
     * Takes an answer to its end.
     *
     * @throws IOException if it breaks off, or if what has come is not the blob, and then all of it is asked for again
     */
    void take(HttpResponse<InputStream> answer) throws IOException {
        if (answer.statusCode() == 200) {
            begin();
        } else if (answer.statusCode() == PARTIAL_CONTENT
                && !answer.headers().firstValue("content-range").orElse("").startsWith("bytes " + length + "-")) {
            begin();
            throw new IOException("the node answered with another range than was asked for");
        }
        if (answer.statusCode() != RANGE_NOT_SATISFIABLE) {
            append(answer.body());
        }
        var got = HexFormat.of().formatHex(digest.digest());
        if (!got.equals(sha256)) {
            begin();
            throw new IOException("what came has the digest " + got);
        }
    }

    private void begin() {
        digest = Digests.sha256();
        length = 0;
    }

    private void append(InputStream body) throws IOException {
        try (var out = open()) {
            var buffer = new byte[BUFFER];
            for (int n = body.read(buffer); n >= 0; n = body.read(buffer)) {
                out.write(buffer, 0, n);
                digest.update(buffer, 0, n);
                length += n;
            }
        }
    }

    private OutputStream open() throws IOException {
        return length == 0 ? Files.newOutputStream(file) : Files.newOutputStream(file, StandardOpenOption.APPEND);
    }
}
