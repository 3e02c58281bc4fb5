package dev.coil.scheduler.blob;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files that blobs are written to before a store has them. */
final class Incoming {

    private static final Logger log = LoggerFactory.getLogger(Incoming.class);

    /** What a process that died left behind is removed at a later start, but not what another one may be writing now. */
    private static final Duration ABANDONED = Duration.ofDays(1);

    /** Kafka and the state need room to go on: what is left of the disk is not for blobs. */
    private static final long RESERVE = 512L << 20;

    private static final int RESERVE_PART = 20;
    private static final long MIB = 1L << 20;

    private final Path directory;

    /** @param directory is made where it is absent */
    Incoming(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        removeAbandoned();
    }

    /** Begins a new blob, which the store gets when it is whole. */
    BlobUpload begin(BlobUpload.Keeper store) throws IOException {
        return new BlobUpload(store, Files.createTempFile(directory, "", ""), this::requireRoom);
    }

    /**
     * @param bytes that are to come
     * @throws NoRoom if the disk would have too little left then
     */
    void requireRoom(long bytes) throws IOException {
        var disk = Files.getFileStore(directory);
        long left = disk.getUsableSpace();
        long reserve = Math.min(RESERVE, disk.getTotalSpace() / RESERVE_PART);
        if (left - bytes < reserve) {
            throw new NoRoom("the disk of this node has " + left / MIB + " MiB left, of which " + reserve / MIB
                    + " MiB are kept back; make room, or have fewer or smaller artifacts");
        }
    }

    private void removeAbandoned() throws IOException {
        var oldest = Instant.now().minus(ABANDONED);
        try (var files = Files.list(directory)) {
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
