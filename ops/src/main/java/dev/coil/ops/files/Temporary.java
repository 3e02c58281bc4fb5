package dev.coil.ops.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

    private static boolean closing;

    private final Path path;

    private Temporary(Path path) {
        this.path = path;
        OPEN.add(this);
    }

    /** A new directory where the system keeps such. */
    public static Temporary directory(String prefix) throws IOException {
        return make(() -> Files.createTempDirectory(prefix));
    }

    /** A new directory in another one. */
    public static Temporary directory(Path parent, String prefix) throws IOException {
        return make(() -> Files.createTempDirectory(parent, prefix));
    }

    private interface Maker {
        Path make() throws IOException;
    }

    /** Either it is made before all are removed, and is one of them, or not at all: whoever removes them ends the process. */
    private static Temporary make(Maker maker) throws IOException {
        synchronized (OPEN) {
            if (!closing) {
                return new Temporary(maker.make());
            }
        }
        while (true) {
            LockSupport.park();
        }
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

    /** Removes it although somebody still writes there, until this process ends: now as far as it goes, and what is left then. */
    public void closeUnderWrite() {
        sweepAfterTheEnd(List.of(path.toString()));
        tryClose();
    }

    /**
     * Removes all that this process has, just before its end. Threads that are in the middle of something may still write there, or make
     * it again: what is left of them is removed when the process is gone.
     */
    public static void closeAll() {
        synchronized (OPEN) {
            closing = true;
        }
        removeAll();
    }

    static void removeAll() {
        sweepAfterTheEnd(OPEN.stream().map(each -> each.path.toString()).toList());
        long end = System.nanoTime() + PATIENCE_NANOS;
        for (var each : OPEN) {
            while (!each.tryClose() && System.nanoTime() < end) {
                LockSupport.parkNanos(AGAIN_NANOS);
            }
        }
    }

    /** A shell waits for the end of its standard input, which ends with this process. */
    private static void sweepAfterTheEnd(List<String> paths) {
        if (paths.isEmpty()) {
            return;
        }
        var command =
                new ArrayList<>(List.of("sh", "-c", "trap '' INT TERM HUP; read -r end; rm -rf -- \"$@\"", "sweep"));
        command.addAll(paths);
        try {
            new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            // Then it is as clean as this process can leave it.
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
