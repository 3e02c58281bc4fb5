package dev.coil.worker.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.coil.worker.host.SecretFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The file {@code session} in a worker's directory: the session in which this process works, and the claims that it holds, a line each. If
 * the process dies without a word, the next one tells the node, which would wait for a minute. For several threads.
 */
final class SessionNote {

    private final Path file;
    private final Set<String> claims = new LinkedHashSet<>();
    private String session = "";

    SessionNote(Path directory) {
        file = directory.resolve("session");
    }

    /** What a process had that did not come to leave. */
    record Former(String session, List<String> claims) {}

    /** Of the process before this one; empty if it left as it should. */
    synchronized Optional<Former> former() throws IOException {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var lines = Files.readAllLines(file, US_ASCII);
        return lines.isEmpty()
                ? Optional.empty()
                : Optional.of(new Former(lines.get(0), List.copyOf(lines.subList(1, lines.size()))));
    }

    synchronized void begin(String session) throws IOException {
        this.session = session;
        write();
    }

    synchronized void holds(String claim) throws IOException {
        claims.add(claim);
        write();
    }

    synchronized void ended(String claim) throws IOException {
        claims.remove(claim);
        write();
    }

    /** The node knows that this process is gone. */
    synchronized void remove() throws IOException {
        Files.deleteIfExists(file);
    }

    private void write() throws IOException {
        var lines = new ArrayList<String>();
        lines.add(session);
        lines.addAll(claims);
        SecretFile.write(file, (String.join("\n", lines) + "\n").getBytes(US_ASCII));
    }
}
