package dev.coil.ops.node;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What lies where below a node's directory.
 *
 * <pre>
 * node.json    where the running node is reached ({@link RunningNode}); absent after an orderly stop
 * node.lock    held by the running node
 * node.log     what it logs
 * ports/       the ports that its servers had, so that they get them again
 * kafka/       the broker's data: the command log, which is the truth, and what was told of it
 * zookeeper/   who is present
 * scheduler/   the state folded from the command log: a cache of it
 * gateway/     sources and blobs
 * viewer/      what pages show, and the tasks' logs
 * worker/      the node's own worker: its identity, caches and workspaces
 * </pre>
 *
 * @param directory absolute
 */
public record NodeHome(Path directory) {

    Path announcement() {
        return directory.resolve("node.json");
    }

    Path lock() {
        return directory.resolve("node.lock");
    }

    /** The file that the node logs to. */
    public Path log() {
        return directory.resolve("node.log");
    }

    Path port(String server) {
        return directory.resolve("ports").resolve(server);
    }

    Path kafka() {
        return directory.resolve("kafka");
    }

    Path zookeeper() {
        return directory.resolve("zookeeper");
    }

    Path scheduler() {
        return directory.resolve("scheduler");
    }

    Path gateway() {
        return directory.resolve("gateway");
    }

    Path viewer() {
        return directory.resolve("viewer");
    }

    Path worker() {
        return directory.resolve("worker");
    }

    /** Makes the directory, for its owner's eyes only where the file system can do that. */
    void create() {
        try {
            Files.createDirectories(directory);
            if (Files.getFileStore(directory).supportsFileAttributeView("posix")) {
                Files.setPosixFilePermissions(
                        directory, java.nio.file.attribute.PosixFilePermissions.fromString("rwx------"));
            }
        } catch (IOException e) {
            throw new NodeStartException("cannot make the node's directory " + directory + ": " + e, e);
        }
    }
}
