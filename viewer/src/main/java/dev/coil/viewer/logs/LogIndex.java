package dev.coil.viewer.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import org.jspecify.annotations.Nullable;

/** How an index is a file: an entry of fixed size per chunk, in order of offset, without overlap, written after the chunk's bytes. */
final class LogIndex {

    /** offset (8), time (8), length (4), stream (4), big-endian. */
    static final int ENTRY_BYTES = 24;

    private LogIndex() {}

    /** Where a chunk is in the log, when it was printed, and to which stream. */
    record Entry(long offset, long at, int length, int stream) {
        long end() {
            return offset + length;
        }
    }

    static void put(ByteBuffer to, Entry entry) {
        to.putLong(entry.offset()).putLong(entry.at()).putInt(entry.length()).putInt(entry.stream());
    }

    static Entry get(ByteBuffer from) {
        return new Entry(from.getLong(), from.getLong(), from.getInt(), from.getInt());
    }

    /** Without the torn entry that a crash may have left at the end. */
    static long wholeSize(FileChannel index) throws IOException {
        return index.size() / ENTRY_BYTES * ENTRY_BYTES;
    }

    /** @return {@code null} if there is none */
    static @Nullable Entry last(FileChannel index) throws IOException {
        long size = wholeSize(index);
        if (size == 0) {
            return null;
        }
        var buffer = ByteBuffer.allocate(ENTRY_BYTES);
        readFully(index, buffer, size - ENTRY_BYTES);
        return get(buffer.flip());
    }

    /** Reads until the buffer is full or the file ends. */
    static void readFully(FileChannel file, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            int read = file.read(buffer, at);
            if (read < 0) {
                return;
            }
            at += read;
        }
    }

    static void writeFully(FileChannel file, ByteBuffer buffer, long position) throws IOException {
        long at = position;
        while (buffer.hasRemaining()) {
            at += file.write(buffer, at);
        }
    }
}
