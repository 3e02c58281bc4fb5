package dev.coil.worker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.coil.protocol.access.Secret;
import dev.coil.worker.host.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The file {@code key} in a worker's directory: what it shows to the node, for its owner's eyes only. */
final class WorkerKey {

    private final Path file;

    WorkerKey(Path directory) {
        file = directory.resolve("key");
    }

    Optional<String> read() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var key = Files.readString(file, US_ASCII).strip();
        if (!Secret.isKey(key)) {
            throw new IOException(file + " is no key: remove it, and start the worker with a new token");
        }
        return Optional.of(key);
    }

    /** A new one, kept before it is good for anything: if the answer to the enrolment is lost, it is sent again with the same key. */
    String make() throws IOException {
        var key = Secret.newKey().text();
        SecretFile.write(file, (key + "\n").getBytes(US_ASCII));
        return key;
    }

    void remove() throws IOException {
        Files.deleteIfExists(file);
    }
}
