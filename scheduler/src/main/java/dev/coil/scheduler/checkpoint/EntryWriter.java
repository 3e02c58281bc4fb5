package dev.coil.scheduler.checkpoint;

import dev.coil.scheduler.store.EntrySink;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Makes pieces of entries: each entry is the lengths of its key and its value (4 bytes each, big-endian) and both; one after the other,
 * cut wherever a piece is full, so that it does not matter how large an entry is.
 */
final class EntryWriter implements EntrySink {

    static final int PIECE_BYTES = 512 << 10;

    private final ByteBuffer piece;
    private final Consumer<byte[]> pieces;
    private final MessageDigest digest = Sha256.digest();
    private long count;
    private long entries;
    private long bytes;

    /** @param pieces takes them, in order */
    EntryWriter(int pieceBytes, Consumer<byte[]> pieces) {
        piece = ByteBuffer.allocate(pieceBytes);
        this.pieces = pieces;
    }

    @Override
    public void put(byte[] key, byte[] value) {
        append(ByteBuffer.allocate(8).putInt(key.length).putInt(value.length).array());
        append(key);
        append(value);
        entries++;
    }

    private void append(byte[] some) {
        for (int from = 0; from < some.length; ) {
            int length = Math.min(piece.remaining(), some.length - from);
            piece.put(some, from, length);
            from += length;
            if (!piece.hasRemaining()) {
                give();
            }
        }
    }

    private void give() {
        if (piece.position() > 0) {
            var full = Arrays.copyOf(piece.array(), piece.position());
            piece.clear();
            digest.update(full);
            bytes += full.length;
            count++;
            pieces.accept(full);
        }
    }

    /** To be called when all entries have been put. */
    Sum end() {
        give();
        return new Sum(count, entries, bytes, HexFormat.of().formatHex(digest.digest()));
    }

    /** By what pieces are known to be whole; as in {@link Manifest}. */
    record Sum(long pieces, long entries, long bytes, String sha256) {}
}
