package dev.coil.scheduler.blob;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A blob that is being written. Closed without {@link #keep()}, it leaves nothing. For one thread. */
public final class BlobUpload implements AutoCloseable {

    /** What a store does with a file that holds a whole blob. */
    @FunctionalInterface
    interface Keeper {
        /** Makes it a blob of the store, or leaves it alone if the store has the blob. Returns whether the blob is new. */
        boolean keep(Path file, String digest) throws IOException;
    }

    /** Whether there is room for so many bytes more. */
    @FunctionalInterface
    interface Room {
        void require(long bytes) throws IOException;
    }

    /** So often the disk is asked. */
    private static final long STEP = 16L << 20;

    private final Keeper store;
    private final Room room;
    private long unasked = STEP;
    private final Path file;
    private final FileChannel channel;
    private final MessageDigest sha256;
    private @Nullable String digest;

    BlobUpload(Keeper store, Path file, Room room) throws IOException {
        this.store = store;
        this.room = room;
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.WRITE);
        this.sha256 = sha256();
    }

    /**
     * Asks for room before a blob comes whose size is known.
     *
     * @throws IOException with a sentence if there is none
     */
    public void expect(long bytes) throws IOException {
        room.require(bytes);
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        unasked += length;
        if (unasked >= STEP) {
            unasked = 0;
            room.require(STEP);
        }
        sha256.update(bytes, offset, length);
        var buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** The digest of everything written; nothing may be written after it. */
    public String digest() {
        var known = digest;
        if (known == null) {
            known = HexFormat.of().formatHex(sha256.digest());
            digest = known;
        }
        return known;
    }

    /** Makes it a blob of the store, safe from power loss when this returns. Returns whether the store did not have it yet. */
    public boolean keep() throws IOException {
        return store.keep(file, digest());
    }

    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(file);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
