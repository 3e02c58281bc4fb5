package dev.coil.worker.blob;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import dev.coil.worker.fault.InfraTrouble;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.UUID;

/**
 * The archives that this worker made or fetched, by digest, so that a task that goes on from another one on the same worker waits
 * for no network. Bounded: what was not used for longest goes first.
 */
public final class BlobCache {

    /** How much is kept, in bytes. */
    public static final long STANDARD_LIMIT = 10L << 30;

    private final Path directory;
    private final BlobStore store;
    private final long limit;

    public BlobCache(Path directory, BlobStore store, long limit) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.store = store;
        this.limit = limit;
        try (var files = Files.list(directory)) {
            for (var unfinished : files.filter(BlobCache::isUnfinished).toList()) {
                Files.delete(unfinished);
            }
        }
    }

    /** A new name in the cache's file system to write an archive to, for {@link #keep}. */
    public Path scratch() {
        return directory.resolve("part-" + UUID.randomUUID());
    }

    private static boolean isUnfinished(Path file) {
        return file.getFileName().toString().startsWith("part-");
    }

    /** Stores an archive on the node and here. Takes the file away. */
    public void keep(Packing.Packed packed) throws InfraTrouble, InterruptedException {
        try {
            store.put(packed.file(), packed.sha256());
            Files.move(packed.file(), directory.resolve(packed.sha256()), ATOMIC_MOVE);
            makeRoom();
        } catch (IOException e) {
            throw new InfraTrouble("cannot keep an archive in " + directory + ": " + e.getMessage(), e);
        }
    }

    /** Whether a blob is here. */
    public boolean has(String sha256) {
        return Files.exists(directory.resolve(sha256));
    }

    /** A blob's content, fetched if it is not here. */
    public InputStream open(String sha256) throws InfraTrouble, InterruptedException {
        try {
            return openHere(sha256);
        } catch (NoSuchFileException absent) {
            return fetch(sha256);
        } catch (IOException e) {
            throw new InfraTrouble("cannot read " + directory.resolve(sha256) + ": " + e.getMessage(), e);
        }
    }

    private InputStream openHere(String sha256) throws IOException {
        var file = directory.resolve(sha256);
        var content = Files.newInputStream(file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        return content;
    }

    private InputStream fetch(String sha256) throws InfraTrouble, InterruptedException {
        var part = scratch();
        try {
            store.get(sha256, part);
            // Opened before it can be evicted again: an open file stays readable.
            var content = Files.newInputStream(part);
            Files.move(part, directory.resolve(sha256), ATOMIC_MOVE);
            makeRoom();
            return content;
        } catch (IOException e) {
            throw new InfraTrouble("cannot keep blob " + sha256 + " in " + directory + ": " + e.getMessage(), e);
        } finally {
            part.toFile().delete();
        }
    }

    private synchronized void makeRoom() throws IOException {
        record Kept(Path file, long bytes, FileTime used) {}
        var kept = new java.util.ArrayList<Kept>();
        try (var files = Files.list(directory)) {
            for (var file : files.filter(f -> !isUnfinished(f)).toList()) {
                kept.add(new Kept(file, Files.size(file), Files.getLastModifiedTime(file)));
            }
        }
        long total = kept.stream().mapToLong(Kept::bytes).sum();
        kept.sort(Comparator.comparing(Kept::used));
        for (var oldest : kept) {
            if (total <= limit) {
                return;
            }
            Files.deleteIfExists(oldest.file());
            total -= oldest.bytes();
        }
    }
}
