package dev.coil.scheduler.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Blobs on disk, each a file named by the SHA-256 of its content in one of 256 directories named by its first byte. A blob is
 * there whole or not at all, over a crash too: it is written and synced under another name first.
 */
public final class BlobStore {

    private static final Logger log = LoggerFactory.getLogger(BlobStore.class);
    private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

    /** What a process that died left behind is removed at a later start, but not what another one may be writing now. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final Path directory;
    private final Path incoming;

    /** Held while a blob is removed, and while somebody is told that it is there. */
    private final Object removal = new Object();

    /** @param directory is made where it is absent */
    public BlobStore(Path directory) throws IOException {
        this.directory = directory;
        this.incoming = directory.resolve("incoming");
        Files.createDirectories(incoming);
        removeAbandoned();
    }

    /** Whether the text is a SHA-256 in 64 lower-case hexadecimal digits: the only form in which blobs are named. */
    public static boolean isDigest(String text) {
        return DIGEST.matcher(text).matches();
    }

    /** The file of a blob; it may be read, never written. */
    public Optional<Path> find(String digest) {
        var file = file(digest);
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /**
     * Whether a blob is there. If it is, somebody relies on that, and is about to name it: it stays for a while from now on.
     */
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

    /** Removes a blob unless somebody wrote or claimed it since then. Returns whether it is gone. */
    boolean remove(String digest, Instant unclaimedSince) throws IOException {
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

    /** Begins a new blob. */
    public BlobUpload upload() throws IOException {
        return new BlobUpload(this, Files.createTempFile(incoming, "", ""));
    }

    /** Keeps a small blob and returns its digest. */
    public String put(byte[] content) throws IOException {
        try (var upload = upload()) {
            upload.write(content, 0, content.length);
            var digest = upload.digest();
            upload.keep();
            return digest;
        }
    }

    /** Moves a synced file to its name. Returns whether the blob is new. */
    boolean adopt(Path file, String digest) throws IOException {
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
        if (!isDigest(digest)) {
            throw new IllegalArgumentException("'" + digest + "' is not a SHA-256 in 64 lower-case hexadecimal digits");
        }
        return directory.resolve(digest.substring(0, 2)).resolve(digest);
    }

    /** Makes the names in a directory durable. */
    private static void sync(Path directory) throws IOException {
        try (var channel = FileChannel.open(directory, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private void removeAbandoned() throws IOException {
        var oldest = Instant.now().minus(ABANDONED);
        try (var files = Files.list(incoming)) {
            for (var file : (Iterable<Path>) files::iterator) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(oldest)) {
                    Files.deleteIfExists(file);
                    log.info("removed the unfinished upload {}", file);
                }
            }
        } catch (NoSuchFileException e) {
            log.debug("another process removed {} first", e.getFile());
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }
}
