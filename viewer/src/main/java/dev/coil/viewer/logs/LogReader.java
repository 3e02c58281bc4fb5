package dev.coil.viewer.logs;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Goes through a log that may still grow. For one thread at a time. */
public final class LogReader implements AutoCloseable {

    private static final int ENTRIES_AT_ONCE = 512;

    private final Path dataPath;
    private final Path indexPath;
    private @Nullable Files files;
    private long indexPosition;
    private long position;

    LogReader(Path data, Path index) {
        dataPath = data;
        indexPath = index;
    }

    /**
     * A piece of a log.
     *
     * @param at when it was printed, by the worker's clock, in milliseconds since the epoch
     * @param stream 1 for standard output, 2 for standard error, 0 for what the worker itself says
     */
    public record Piece(long offset, long at, int stream, byte[] bytes) {}

    /** Of the next byte. */
    public long position() {
        return position;
    }

    /** Goes on from this byte. */
    public void seek(long to) {
        position = to;
        indexPosition = 0;
    }

    /** The next pieces, together no more than so many bytes; empty if there are no more yet. */
    public List<Piece> read(int maxBytes) throws IOException {
        var log = open();
        if (log == null) {
            return List.of();
        }
        var pieces = new ArrayList<Piece>();
        int left = maxBytes;
        while (left > 0) {
            var entries = entries(log);
            if (entries.isEmpty()) {
                break;
            }
            for (var entry : entries) {
                if (entry.end() > position) {
                    var piece = piece(log, entry, left);
                    pieces.add(piece);
                    left -= piece.bytes().length;
                    position = piece.offset() + piece.bytes().length;
                }
                if (entry.end() > position || left == 0) {
                    break;
                }
                indexPosition += LogIndex.ENTRY_BYTES;
            }
        }
        return pieces;
    }

    private List<LogIndex.Entry> entries(Files log) throws IOException {
        var buffer = ByteBuffer.allocate(LogIndex.ENTRY_BYTES * ENTRIES_AT_ONCE);
        LogIndex.readFully(log.index(), buffer, indexPosition);
        buffer.flip();
        var entries = new ArrayList<LogIndex.Entry>();
        while (buffer.remaining() >= LogIndex.ENTRY_BYTES) {
            entries.add(LogIndex.get(buffer));
        }
        return entries;
    }

    private Piece piece(Files log, LogIndex.Entry entry, int most) throws IOException {
        long from = Math.max(position, entry.offset());
        var buffer = ByteBuffer.allocate((int) Math.min(entry.end() - from, most));
        LogIndex.readFully(log.data(), buffer, from);
        return new Piece(from, entry.at(), entry.stream(), buffer.array());
    }

    /** The raw bytes from the position on, at most so many and none at or after {@code end}; moves the position. */
    public byte[] readRaw(int maxBytes, long end) throws IOException {
        var log = open();
        if (position >= end || log == null) {
            return new byte[0];
        }
        var buffer = ByteBuffer.allocate((int) Math.min(maxBytes, end - position));
        LogIndex.readFully(log.data(), buffer, position);
        position += buffer.capacity();
        return buffer.array();
    }

    /** How many bytes are here now. */
    public long size() throws IOException {
        var log = open();
        if (log == null) {
            return 0;
        }
        var last = LogIndex.last(log.index());
        return last == null ? 0 : last.end();
    }

    private @Nullable Files open() throws IOException {
        if (files == null) {
            files = Files.open(dataPath, indexPath);
        }
        return files;
    }

    @Override
    public void close() throws IOException {
        if (files != null) {
            files.close();
        }
    }

    private record Files(FileChannel data, FileChannel index) {

        /** @return {@code null} if they are not there */
        static @Nullable Files open(Path dataPath, Path indexPath) throws IOException {
            try {
                // The index is made after the data file.
                var index = FileChannel.open(indexPath, StandardOpenOption.READ);
                try {
                    return new Files(FileChannel.open(dataPath, StandardOpenOption.READ), index);
                } catch (IOException e) {
                    index.close();
                    throw e;
                }
            } catch (NoSuchFileException notYet) {
                return null;
            }
        }

        void close() throws IOException {
            try {
                data.close();
            } finally {
                index.close();
            }
        }
    }
}
