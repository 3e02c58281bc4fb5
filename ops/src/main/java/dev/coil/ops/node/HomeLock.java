package dev.coil.ops.node;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** Keeps a second node off a home. The operating system frees it with the process, however that ends. */
final class HomeLock implements AutoCloseable {

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws NodeStartException if another process, or another node of this one, has the home */
    static HomeLock acquire(NodeHome home) {
        try {
            var channel = FileChannel.open(home.lock(), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(channel) == null) {
                channel.close();
                throw new NodeStartException("a node" + holder(home) + " is running on " + home.directory()
                        + ": use it"
                        + RunningNode.find(home.directory())
                                .map(node -> " at " + node.url())
                                .orElse("")
                        + ", stop it (Ctrl-C where it runs, or kill), or take another directory with COIL_HOME");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(US_ASCII)));
            return new HomeLock(channel);
        } catch (IOException e) {
            throw new NodeStartException(
                    "cannot use the node's directory " + home.directory() + " (" + Reason.of(e)
                            + "): take another one with COIL_HOME",
                    e);
        }
    }

    /** Whether a node, perhaps one that is still starting, has the home. */
    static boolean isHeld(NodeHome home) {
        try (var channel = FileChannel.open(home.lock(), StandardOpenOption.WRITE)) {
            return tryLock(channel) == null;
        } catch (IOException e) {
            return false;
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static String holder(NodeHome home) throws IOException {
        var pid = Files.readString(home.lock(), US_ASCII);
        return pid.isEmpty() ? "" : " (process " + pid + ")";
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
