package dev.coil.worker.host;

import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** How much the file system of a directory can still take. */
public final class DiskSpace {

    private static final long MIB = 1L << 20;

    /** Below this a task that fails has probably failed for it. */
    private static final long FULL = 8 * MIB;

    private static final int FULL_PART = 100;

    /** Below this there is no sense in starting another task. */
    private static final long SCARCE = 1024 * MIB;

    private static final int SCARCE_PART = 20;

    private final Path directory;

    /** To find it reads the table of mounts; then to ask it is one system call. */
    private volatile @Nullable FileStore store;

    public DiskSpace(Path directory) {
        this.directory = directory;
    }

    private interface Question {
        long ask(FileStore store) throws IOException;
    }

    /** Bytes that nobody has, also those that are reserved for the superuser; 0 if the directory is gone. */
    public long unallocated() {
        return ask(FileStore::getUnallocatedSpace, 0);
    }

    /** Whether next to nothing is left: less than 8 MiB, or 1 % of a small file system. */
    public boolean isFull() {
        return isBelow(FULL, FULL_PART);
    }

    /** Whether less is left than another task should have: less than 1 GiB, or 5 % of a small file system. */
    public boolean isScarce() {
        return isBelow(SCARCE, SCARCE_PART);
    }

    private boolean isBelow(long bytes, int part) {
        return ask(FileStore::getUsableSpace, Long.MAX_VALUE)
                < Math.min(bytes, ask(FileStore::getTotalSpace, 0) / part);
    }

    private long ask(Question question, long otherwise) {
        try {
            var known = store;
            if (known == null) {
                known = Files.getFileStore(directory);
                store = known;
            }
            return question.ask(known);
        } catch (IOException gone) {
            return otherwise;
        }
    }

    /** For a person: {@code 3 MiB of 64 MiB are free in /var/coil}. */
    @Override
    public String toString() {
        return ask(FileStore::getUsableSpace, 0) / MIB + " MiB of " + ask(FileStore::getTotalSpace, 0) / MIB
                + " MiB are free in " + directory;
    }
}
