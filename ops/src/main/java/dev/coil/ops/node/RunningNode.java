package dev.coil.ops.node;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Where a running node is reached: the content of its {@code node.json}.
 *
 * @param url the base URL, without a slash at its end
 * @param pid of its process
 * @param kafka bootstrap servers, for further workers
 * @param zookeeper connect string, for further workers
 */
public record RunningNode(URI url, long pid, String kafka, String zookeeper) {

    private static final Duration CONNECT = Duration.ofMillis(500);
    private static final Duration ANSWER = Duration.ofSeconds(2);

    /** The part of {@code GET /api/v1/node} that tells one node from another. */
    private record Identity(long pid) {}

    /** The node that has this home, if one is there and answers. */
    public static Optional<RunningNode> find(Path home) {
        try {
            var bytes = Files.readAllBytes(new NodeHome(home).announcement());
            return Optional.of(Codec.read(RunningNode.class, bytes)).filter(RunningNode::answers);
        } catch (IOException | UnreadableRecord e) {
            return Optional.empty();
        }
    }

    /** The node that has this home; one that is just starting is waited for. */
    public static Optional<RunningNode> await(Path home, Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        var found = find(home);
        while (found.isEmpty() && HomeLock.isHeld(new NodeHome(home)) && System.nanoTime() < end) {
            LockSupport.parkNanos(100_000_000);
            found = find(home);
        }
        return found;
    }

    /** After a crash the file is stale, and another program, or another node, may have the port. */
    private boolean answers() {
        try {
            var connection =
                    (HttpURLConnection) url.resolve("/api/v1/node").toURL().openConnection();
            connection.setConnectTimeout((int) CONNECT.toMillis());
            connection.setReadTimeout((int) ANSWER.toMillis());
            try (var body = connection.getInputStream()) {
                return Codec.read(Identity.class, body.readAllBytes()).pid() == pid;
            } finally {
                connection.disconnect();
            }
        } catch (IOException | UnreadableRecord e) {
            return false;
        }
    }

    /**
     * The key of who may read the node's directory; {@code null} where none is needed.
     *
     * @throws IOException if it cannot be read
     */
    public @Nullable String operatorKey(Path home) throws IOException {
        return OperatorKey.read(new NodeHome(home).operatorKey()).orElse(null);
    }

    void announceIn(NodeHome home) {
        try {
            var written = home.directory().resolve("node.json.new");
            Files.write(written, Codec.write(RunningNode.class, this));
            Files.move(written, home.announcement(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new NodeStartException("cannot announce the node: " + Reason.of(e), e);
        }
    }
}
