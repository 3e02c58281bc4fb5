package dev.coil.viewer.logs;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.coil.protocol.graph.LogChunk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** The two files of a log that grows. Chunks that are there already change nothing, so reading the log topic again is harmless. */
final class LogWriter implements AutoCloseable {

    private final FileChannel data;
    private final FileChannel index;
    private final ByteBuffer entries = ByteBuffer.allocate(LogIndex.ENTRY_BYTES * 512);
    private long indexSize;
    private long end;

    LogWriter(Path store, LogKey key) throws IOException {
        var path = key.data(store);
        Files.createDirectories(path.getParent());
        data = FileChannel.open(path, CREATE, WRITE);
        try {
            index = FileChannel.open(key.index(store), CREATE, READ, WRITE);
        } catch (IOException e) {
            data.close();
            throw e;
        }
        indexSize = LogIndex.wholeSize(index);
        var last = LogIndex.last(index);
        end = last == null ? 0 : last.end();
    }

    void append(LogChunk chunk) throws IOException {
        long chunkEnd = chunk.offset() + chunk.bytes().length;
        if (chunkEnd <= end) {
            return;
        }
        LogIndex.writeFully(data, ByteBuffer.wrap(chunk.bytes()), chunk.offset());
        long from = Math.max(end, chunk.offset());
        LogIndex.put(entries, new LogIndex.Entry(from, chunk.at(), (int) (chunkEnd - from), chunk.stream()));
        end = chunkEnd;
        if (!entries.hasRemaining()) {
            flush();
        }
    }

    /** Makes visible what was appended. */
    void flush() throws IOException {
        entries.flip();
        int bytes = entries.remaining();
        LogIndex.writeFully(index, entries, indexSize);
        indexSize += bytes;
        entries.clear();
    }

    @Override
    public void close() throws IOException {
        try (data;
                index) {
            flush();
        }
    }
}
