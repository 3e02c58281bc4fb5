package dev.coil.worker.blob;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/** A blob on its way to a node, which holds what has come of it when the connection breaks. For one thread. */
final class Upload {

    private final String sha256;
    private final Path file;
    private final String id = UUID.randomUUID().toString().replace("-", "");
    private long received;

    Upload(String sha256, Path file) {
        this.sha256 = sha256;
        this.file = file;
    }

    String sha256() {
        return sha256;
    }

    /** How many bytes the node had when it was asked last. */
    long received() {
        return received;
    }

    /** Asks whether the node has the blob, and if not, how much of it. */
    HttpRequest.Builder ask(NodeAddress node) {
        return request(node).method("HEAD", BodyPublishers.noBody());
    }

    /** Returns whether the node has more of it than when it was asked before. A node that holds nothing says nothing. */
    boolean hear(HttpResponse<?> answer) {
        long before = received;
        received = answer.headers().firstValueAsLong("coil-received").orElse(0);
        return received > before;
    }

    /** Sends what the node has not. */
    HttpRequest.Builder rest(NodeAddress node) throws IOException {
        long size = Files.size(file);
        if (received == 0) {
            return request(node).PUT(BodyPublishers.ofFile(file));
        }
        var range = "bytes " + received + "-" + (size - 1) + "/" + size;
        var body = received == size
                ? BodyPublishers.noBody()
                : BodyPublishers.fromPublisher(BodyPublishers.ofInputStream(this::unsent), size - received);
        return request(node).header("content-range", range).PUT(body);
    }

    private HttpRequest.Builder request(NodeAddress node) {
        return node.request("/api/v1/blobs/" + sha256).header("coil-upload", id);
    }

    private InputStream unsent() {
        try {
            var in = new FileInputStream(file.toFile());
            in.skipNBytes(received);
            return in;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }
}
