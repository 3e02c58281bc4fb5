package dev.coil.worker.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.log.LogChunk;
import java.io.ByteArrayOutputStream;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Keeps what attempts log. */
public final class LogRecorder implements LogSink, AutoCloseable {

    public final List<LogChunk> chunks = new CopyOnWriteArrayList<>();
    public final ScheduledExecutorService sender = Executors.newSingleThreadScheduledExecutor();

    public AttemptLog attempt() {
        return new AttemptLog(new TaskRef("demo", 7, 3), 1, this, sender, System::currentTimeMillis);
    }

    @Override
    public CompletableFuture<Void> append(LogChunk chunk) {
        chunks.add(chunk);
        return CompletableFuture.completedFuture(null);
    }

    /** What stands in the log of one stream. */
    public String text(int stream) {
        var text = new ByteArrayOutputStream();
        chunks.stream()
                .filter(chunk -> chunk.stream() == stream)
                .sorted(Comparator.comparingLong(LogChunk::offset))
                .forEach(chunk -> text.writeBytes(chunk.bytes()));
        return text.toString(UTF_8);
    }

    @Override
    public void close() {
        sender.shutdownNow();
    }
}
