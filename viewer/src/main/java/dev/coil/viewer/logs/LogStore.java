package dev.coil.viewer.logs;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What attempts printed, in two files for each below one directory. One thread appends, any may read or forget.
 *
 * <p>Files are not forced to the disk, as the broker does not force its own: after the kill of a process nothing is lost, after
 * the loss of power as much as the log topic lost.
 */
public final class LogStore implements AutoCloseable {

    private static final int OPEN_FILES = 100;

    private final Path directory;
    private final Predicate<TaskRef> isForgotten;
    private final Map<LogKey, LogWriter> open = new LinkedHashMap<>(16, 0.75f, true);

    public LogStore(Path directory) {
        this(directory, task -> false);
    }

    /** @param isForgotten whether a task is of a run that was forgotten, of which nothing is to be stored any more */
    public LogStore(Path directory, Predicate<TaskRef> isForgotten) {
        this.directory = directory;
        this.isForgotten = isForgotten;
    }

    /**
     * Writes chunks at their offsets; then readers see them. Chunks may come again.
     *
     * @throws IOException if that failed; the same chunks can be given again
     */
    public synchronized void append(List<LogChunk> chunks) throws IOException {
        try {
            for (var chunk : chunks) {
                if (isForgotten.test(chunk.task())) {
                    continue;
                }
                writer(new LogKey(chunk.task(), chunk.attempt())).append(chunk);
            }
            for (var writer : open.values()) {
                writer.flush();
            }
            closeEldest();
        } catch (IOException e) {
            forgetWriters();
            throw e;
        }
    }

    private LogWriter writer(LogKey key) throws IOException {
        var writer = open.get(key);
        if (writer == null) {
            closeEldest();
            writer = new LogWriter(directory, key);
            open.put(key, writer);
        }
        return writer;
    }

    private void closeEldest() throws IOException {
        Iterator<LogWriter> eldestFirst = open.values().iterator();
        while (open.size() > OPEN_FILES && eldestFirst.hasNext()) {
            eldestFirst.next().close();
            eldestFirst.remove();
        }
    }

    /** What a failed writer believes is not what the files hold: the next one looks there. */
    private void forgetWriters() {
        for (var writer : open.values()) {
            try {
                writer.close();
            } catch (IOException alreadyReported) {
                continue;
            }
        }
        open.clear();
    }

    /**
     * Writes no more of a run that was forgotten.
     *
     * @return where its logs are, if there are any: whoever asks may remove them, at leisure
     */
    synchronized Path forget(String project, int run) throws IOException {
        var logs = open.entrySet().iterator();
        while (logs.hasNext()) {
            var log = logs.next();
            var task = log.getKey().task();
            if (task.project().equals(project) && task.run() == run) {
                logs.remove();
                log.getValue().close();
            }
        }
        return new LogKey(new TaskRef(project, run, 0), 1).run(directory);
    }

    /** A reader at the log's beginning, whether or not there is one yet. */
    public LogReader reader(LogKey key) {
        return new LogReader(key.data(directory), key.index(directory));
    }

    /** How many bytes of a log are here; 0 if it is not. */
    public long size(LogKey key) throws IOException {
        try (var index = FileChannel.open(key.index(directory), StandardOpenOption.READ)) {
            var last = LogIndex.last(index);
            return last == null ? 0 : last.end();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        for (var writer : open.values()) {
            writer.close();
        }
        open.clear();
    }
}
