package dev.coil.worker.blob;

import dev.coil.worker.fault.InfraTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The archives that this worker made or fetched, by digest, so that a task that goes on from another one on the same worker waits
 * for no network.
 */
public final class BlobCache {

    /** How much is kept, in bytes. */
    public static final long STANDARD_LIMIT = 10L << 30;

    private final Path directory;
    private final Archives archives;
    private final BlobStore store;

    /** @param limit in bytes */
    public BlobCache(Path directory, BlobStore store, long limit) throws IOException {
        this.directory = directory;
        this.archives = new Archives(directory, limit);
        this.store = store;
    }

    /** A new name in the cache's file system to write an archive to, for {@link #keep}. */
    public Path scratch() {
        return archives.scratch();
    }

    /** Stores an archive on the node and here. Takes the file away. */
    public void keep(Packing.Packed packed) throws InfraTrouble, InterruptedException {
        try {
            store.put(packed.file(), packed.sha256());
            archives.keep(packed.file(), packed.sha256());
        } catch (IOException e) {
            throw new InfraTrouble("cannot keep an archive in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Whether a blob is here. */
    public boolean has(String sha256) {
        return archives.has(sha256);
    }

    /** A blob's content, fetched if it is not here. */
    public InputStream open(String sha256) throws InfraTrouble, InterruptedException {
        try {
            return archives.open(sha256);
        } catch (NoSuchFileException absent) {
            return fetch(sha256);
        } catch (IOException e) {
            throw new InfraTrouble("cannot read " + directory.resolve(sha256) + ": " + e.getMessage(), e);
        }
    }

    private InputStream fetch(String sha256) throws InfraTrouble, InterruptedException {
        var part = scratch();
        try {
            store.get(sha256, part);
            // Opened before it can be evicted again: an open file stays readable.
            var content = Files.newInputStream(part);
            archives.keep(part, sha256);
            return content;
        } catch (IOException e) {
            throw new InfraTrouble("cannot keep blob " + sha256 + " in " + directory + ": " + e.getMessage(), e);
        } finally {
            part.toFile().delete();
        }
    }
}
