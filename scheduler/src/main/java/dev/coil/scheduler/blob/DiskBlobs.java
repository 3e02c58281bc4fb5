package dev.coil.scheduler.blob;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;

/**
 * Blobs on disk, each a file named by the SHA-256 of its content in one of 256 directories named by its first byte. A blob is
 * there whole or not at all, over a crash too: it is written and synced under another name first.
 */
public final class DiskBlobs implements BlobStore {

    private final Path directory;
    private final Incoming incoming;

    /** Held while a blob is removed, and while somebody is told that it is there. */
    private final Object removal = new Object();

    /** @param directory is made where it is absent */
    public DiskBlobs(Path directory) throws IOException {
        this.directory = directory;
        this.incoming = new Incoming(directory.resolve("incoming"));
    }

    @Override
    public Optional<Blob> open(String digest) throws IOException {
        var file = file(digest);
        try {
            return Files.isRegularFile(file) ? Optional.of(new BlobFile(file, Files.size(file))) : Optional.empty();
        } catch (NoSuchFileException removedMeanwhile) {
            return Optional.empty();
        }
    }

    @Override
    public boolean claim(String digest) throws IOException {
        synchronized (removal) {
            var file = file(digest);
            if (!Files.isRegularFile(file)) {
                return false;
            }
            Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
            return true;
        }
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public boolean remove(String digest, Instant unclaimedSince) throws IOException {
        synchronized (removal) {
            var file = file(digest);
            if (!Files.isRegularFile(file)) {
                return true;
            }
            if (!Files.getLastModifiedTime(file).toInstant().isBefore(unclaimedSince)) {
                return false;
            }
            Files.delete(file);
            return true;
        }
    }

    @Override
    public BlobUpload upload() throws IOException {
        return incoming.begin(this::keep);
    }

    private boolean keep(Path file, String digest) throws IOException {
        if (claim(digest)) {
            return false;
        }
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        return adopt(file, digest);
    }

    /** Moves a synced file to its name. Returns whether the blob is new. */
    private boolean adopt(Path file, String digest) throws IOException {
        var target = file(digest);
        if (claim(digest)) {
            return false;
        }
        var shard = directory.resolve(digest.substring(0, 2));
        if (!Files.isDirectory(shard)) {
            Files.createDirectories(shard);
            sync(directory);
        }
        Files.move(file, target, StandardCopyOption.ATOMIC_MOVE);
        sync(shard);
        return true;
    }

    private Path file(String digest) {
        return directory
                .resolve(BlobStore.requireDigest(digest).substring(0, 2))
                .resolve(digest);
    }

    /** Makes the names in a directory durable. */
    private static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
