package dev.coil.worker.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import java.io.ByteArrayOutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.Predicate;

/** Keeps what attempts log. */
public final class LogRecorder implements LogSink, AutoCloseable {

    public final List<LogChunk> chunks = new CopyOnWriteArrayList<>();
    public final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();

    public AttemptLog attempt() {
        return attempt(LogBound.of(64 * 1024 * 1024));
    }

    public AttemptLog attempt(LogBound bound) {
        return new AttemptLog(new TaskRef("demo", 7, 3), 1, this, sender, System::currentTimeMillis, bound);
    }

    @Override
    public CompletableFuture<Void> append(LogChunk chunk) {
        chunks.add(chunk);
        return CompletableFuture.completedFuture(null);
    }

    /** The whole log. */
    public String all() {
        return text(chunk -> true);
    }

    /** What stands in the log of one stream. */
    public String text(int stream) {
        return text(chunk -> chunk.stream() == stream);
    }

    private String text(Predicate<LogChunk> which) {
        var text = new ByteArrayOutputStream();
        chunks.stream()
                .filter(which)
                .sorted(Comparator.comparingLong(LogChunk::offset))
                .forEach(chunk -> text.writeBytes(chunk.bytes()));
        return text.toString(UTF_8);
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
