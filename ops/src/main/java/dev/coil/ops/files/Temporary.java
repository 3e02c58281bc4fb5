package dev.coil.ops.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A file or directory that does not outlive its use, nor the process that made it: one that ends without further ado, as at a second
 * Ctrl-C, removes all of its own first.
 */
public final class Temporary implements AutoCloseable {

    private static final Set<Temporary> OPEN = ConcurrentHashMap.newKeySet();
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long AGAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    private final Path path;

    private Temporary(Path path) {
        this.path = path;
        OPEN.add(this);
    }

    /** A new directory where the system keeps such. */
    public static Temporary directory(String prefix) throws IOException {
        return new Temporary(Files.createTempDirectory(prefix));
    }

    /** A new directory in another one. */
    public static Temporary directory(Path parent, String prefix) throws IOException {
        return new Temporary(Files.createTempDirectory(parent, prefix));
    }

    /** Leaves it where it is, for good. */
    public void keep() {
        OPEN.remove(this);
    }

    /** A name at which something will be made. */
    public static Temporary at(Path path) {
        return new Temporary(path);
    }

    public Path path() {
        return path;
    }

    /** Removes it, if it is there. */
    @Override
    public void close() {
        FileTree.delete(path);
        OPEN.remove(this);
    }

    /** Removes all that this process has, as far as that can be done within seconds: threads may still write there. */
    public static void closeAll() {
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (var each : OPEN) {
            while (!each.tryClose() && System.nanoTime() < end) {
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }

    private boolean tryClose() {
        try {
            close();
            return true;
        } catch (UncheckedIOException stillWritten) {
            return false;
        }
    }
}
