package dev.coil.ops.cli;

import dev.coil.ops.files.FileTree;
import dev.coil.ops.files.Temporary;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.node.NodeHome;
import dev.coil.worker.program.Reason;
import dev.coil.worker.runner.ProcessRunner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A node for one run, in a directory of its own under {@code $COIL_HOME/private}, which goes with it unless it is to be kept. */
final class PrivateNode implements AutoCloseable {

    private static final String LOCK = "private.lock";
    private static final String KEPT = "kept";
    private static final Duration TIME_TO_LOCK = Duration.ofMinutes(1);

    private final Temporary home;
    private final FileChannel lock;
    private final Set<String> labels;
    private final boolean keep;
    private final CompletableFuture<EmbeddedNode> node = new CompletableFuture<>();

    private PrivateNode(Temporary home, FileChannel lock, Set<String> labels, boolean keep) {
        this.home = home;
        this.lock = lock;
        this.labels = labels;
        this.keep = keep;
    }

    /**
     * Begins to start a node, and returns meanwhile.
     *
     * @param labels of its worker
     */
    static PrivateNode boot(Path coilHome, Set<String> labels, boolean keep) {
        PrivateNode node;
        try {
            var all = Files.createDirectories(coilHome.resolve("private"));
            removeAbandoned(all, Instant.now());
            var home = Temporary.directory(all, "run-");
            if (keep) {
                home.keep();
                Files.createFile(home.path().resolve(KEPT));
            }
            var lock = FileChannel.open(home.path().resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            lock.lock();
            node = new PrivateNode(home, lock, labels, keep);
        } catch (IOException e) {
            throw CommandFailed.error("cannot make a directory for a private node in " + coilHome + " (" + Reason.of(e)
                    + "): take another one with COIL_HOME");
        }
        var thread = new Thread(node::start, "private-node");
        thread.setDaemon(true);
        thread.start();
        return node;
    }

    private void start() {
        try {
            node.complete(EmbeddedNode.start(
                    NodeConfig.defaults(home.path()).withPort(0).withLabels(labels)));
        } catch (Throwable e) {
            node.completeExceptionally(e);
        }
    }

    /** Removes the directories of processes that were killed, or that ended while their node was still starting. */
    static void removeAbandoned(Path all, Instant now) {
        try (var directories = Files.newDirectoryStream(all)) {
            for (var directory : directories) {
                if (!Files.exists(directory.resolve(KEPT)) && isAbandoned(directory, now)) {
                    killTasks(directory);
                    FileTree.delete(directory);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            // Somebody else's rubbish is no reason not to run.
        }
    }

    /** A lock is free when its process is gone, whatever became of that process's number. */
    private static boolean isAbandoned(Path directory, Instant now) throws IOException {
        var file = directory.resolve(LOCK);
        if (!Files.exists(file)) {
            // It is just being made; or it was removed in part.
            return Files.getLastModifiedTime(directory).toInstant().isBefore(now.minus(TIME_TO_LOCK));
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE);
                var lock = channel.tryLock()) {
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    /** Waits until the node serves. */
    URI url() {
        try {
            return node.join().url();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
    }

    boolean isKept() {
        return keep;
    }

    /** The {@code $COIL_HOME} with which this node's data can be looked at later, if it is kept. */
    Path home() {
        return home.path();
    }

    /** The node's log, for the user to read when the node's directory is gone. */
    Path keptLog() {
        var log = new NodeHome(home.path()).log();
        if (keep) {
            return log;
        }
        try {
            var logs = Files.createDirectories(
                    home.path().resolveSibling("../logs").normalize());
            return Files.copy(log, logs.resolve("private-node.log"), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            return log;
        }
    }

    /** Ends the node, except one that is still starting, which ends with the process, and removes what is not to be kept. */
    @Override
    public void close() {
        boolean runs = node.isDone() && !node.isCompletedExceptionally();
        if (runs) {
            node.join().close();
        }
        try {
            if (!keep && runs) {
                home.close();
            } else if (!keep) {
                home.closeUnderWrite();
            }
            lock.close();
        } catch (IOException | UncheckedIOException e) {
            // What is left, the next run removes.
        }
    }

    /** Kills what the node runs, for a process that ends at once. */
    void abandon() {
        killTasks(home.path());
    }

    private static void killTasks(Path home) {
        try {
            ProcessRunner.killLeftovers(new NodeHome(home).worker());
        } catch (IOException e) {
            // Nobody has noted them.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
