package dev.coil.ops.damage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.function.LongConsumer;
import org.apache.kafka.common.errors.CorruptRecordException;
import org.apache.kafka.common.record.internal.FileRecords;
import org.apache.kafka.common.record.internal.MemoryRecords;

/**
 * One file of a partition, which nobody changes meanwhile within its size. Its record batches follow each other without gaps, each with
 * its length and checksum.
 *
 * @param size up to where it is looked at, in bytes
 */
record Segment(Path file, long size) {

    static final String SUFFIX = ".log";

    /** The largest record batch that topics take, and the fields around it. */
    private static final int LARGEST_BATCH = (16 << 20) + (1 << 16);

    /** Offset and length, which the length does not count. */
    private static final int BEFORE_LENGTH = 12;

    private static final int SMALLEST_BATCH = 61;

    /** An entry of the offset index: relative offset, position. */
    private static final int INDEX_ENTRY = 8;

    static Segment of(Path file) throws IOException {
        return new Segment(file, Files.size(file));
    }

    /** Its number is the offset of its first record. */
    boolean isLaterThan(Segment other) {
        return file.getFileName().toString().compareTo(other.file.getFileName().toString()) > 0;
    }

    /**
     * Looks for damage.
     *
     * @param from where a batch begins
     * @param read is told how many bytes were read, batch for batch
     * @return the position of the first batch that is not what was written
     */
    OptionalLong damageFrom(long from, LongConsumer read) throws IOException {
        long position = from;
        try (var records = FileRecords.open(file.toFile(), false)) {
            for (var batch : records.slice(0, (int) size).batchesFrom((int) from)) {
                if (batch.sizeInBytes() > LARGEST_BATCH || !batch.isValid()) {
                    return OptionalLong.of(position);
                }
                position += batch.sizeInBytes();
                read.accept(batch.sizeInBytes());
            }
        } catch (CorruptRecordException e) {
            return OptionalLong.of(position);
        }
        return position == size ? OptionalLong.empty() : OptionalLong.of(position);
    }

    /** Where one of the last batches begins, by the file's sparse index; 0 if that does not know. */
    long nearEnd() throws IOException {
        var name = file.getFileName().toString();
        var index = file.resolveSibling(name.substring(0, name.length() - SUFFIX.length()) + ".index");
        if (!Files.exists(index)) {
            return 0;
        }
        var entries = ByteBuffer.wrap(Files.readAllBytes(index));
        for (int entry = entries.limit() / INDEX_ENTRY - 1; entry >= 0; entry--) {
            int position = entries.getInt(entry * INDEX_ENTRY + Integer.BYTES);
            if (position > 0) {
                return position < size ? position : 0;
            }
        }
        return 0;
    }

    /** Whether a batch that can be read is near behind this position, at which there is none. */
    boolean goesOnBehind(long position) throws IOException {
        var rest = ByteBuffer.allocate((int) Math.min(size - position, 2L * LARGEST_BATCH));
        try (var channel = java.nio.channels.FileChannel.open(file)) {
            while (rest.hasRemaining() && channel.read(rest, position + rest.position()) >= 0) {
                // until it is full
            }
        }
        rest.flip();
        for (int start = 1; start <= rest.limit() - SMALLEST_BATCH; start++) {
            if (isBatch(rest, start)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isBatch(ByteBuffer bytes, int start) {
        long length = bytes.getInt(start + Long.BYTES);
        if (bytes.get(start + BEFORE_LENGTH + Integer.BYTES) != 2
                || length < SMALLEST_BATCH - BEFORE_LENGTH
                || start + BEFORE_LENGTH + length > bytes.limit()) {
            return false;
        }
        var batches = MemoryRecords.readableRecords(bytes.slice(start, (int) (BEFORE_LENGTH + length)))
                .batches()
                .iterator();
        return batches.hasNext() && batches.next().isValid();
    }
}
