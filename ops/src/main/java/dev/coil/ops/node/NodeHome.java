package dev.coil.ops.node;

import dev.coil.worker.program.Reason;
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
 * format       in which format all this is ({@link DataFormat})
 * native/      libraries that are not Java, unpacked
 * operator.key the key of whoever may read this directory, where one is needed
 * seal.key     the key that opens the tokens and secrets of projects; the same on all nodes of a cluster
 * ports/       the ports that its servers had, so that they get them again
 * kafka/       the broker's data: the command log, which is the truth, and what was told of it
 * zookeeper/   who is present
 * scheduler/   the state folded from the command log: a cache of it
 * gateway/     sources and blobs
 * mirrors/     the repositories of projects, as far as runs were made of them: can be fetched anew
 * viewer/      what pages show, and the tasks' logs
 * worker/      the node's own worker: its identity, caches and workspaces
 * </pre>
 *
 * @param directory absolute
 */
public record NodeHome(Path directory) {

    private static final long MEBI = 1 << 20;
    private static final long SPACE_TO_START = 64 * MEBI;

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

    Path nativeLibraries() {
        return directory.resolve("native");
    }

    Path format() {
        return directory.resolve("format");
    }

    /** The key that programs on this machine show to the node, where one is needed. */
    public Path operatorKey() {
        return directory.resolve("operator.key");
    }

    /** The key of what only nodes may read. */
    Path sealKey() {
        return directory.resolve("seal.key");
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

    Path mirrors() {
        return directory.resolve("mirrors");
    }

    Path viewer() {
        return directory.resolve("viewer");
    }

    /** The directory of the node's own worker. */
    public Path worker() {
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
            throw new NodeStartException(
                    "cannot make the node's directory " + directory + " (" + Reason.of(e)
                            + "): take another one with COIL_HOME",
                    e);
        }
    }

    /** Kafka and its like would end in the middle of their start. */
    void requireSpace() {
        try {
            long free = Files.getFileStore(directory).getUsableSpace();
            if (free < SPACE_TO_START) {
                throw new NodeStartException("only " + free / MEBI + " MiB are free where " + directory
                        + " is, and a node needs " + SPACE_TO_START / MEBI
                        + " MiB to start: make room, or take another directory with COIL_HOME");
            }
        } catch (IOException e) {
            throw new NodeStartException("cannot use the node's directory: " + Reason.of(e), e);
        }
    }
}
