package dev.coil.worker.http;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.worker.report.LogSink;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/** Sends chunks of logs to the node, those of one attempt in order. Safe for many threads. */
final class HttpLogs implements LogSink, AutoCloseable {

    private record Attempt(TaskRef task, int attempt) {}

    private static final class Line {
        final String claim;
        final Consumer<String> lost;
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        /** How much of the log the node has: only what follows that may go out, as a node that was started again does not know it. */
        volatile long kept;

        volatile long spokeAt = System.nanoTime();

        Line(String claim, Consumer<String> lost) {
            this.claim = claim;
            this.lost = lost;
        }
    }

    private final NodeApi api;
    private final Map<Attempt, Line> lines = new ConcurrentHashMap<>();
    private final ExecutorService senders = Executors.newCachedThreadPool(work -> {
        var thread = new Thread(work, "coil-http-log");
        thread.setDaemon(true);
        return thread;
    });

    HttpLogs(NodeApi api) {
        this.api = api;
    }

    /**
     * What an attempt prints goes out under its claim from now on.
     *
     * @param lost hears why, if the claim turns out to be lost
     */
    void open(NodeApi.Task task, Consumer<String> lost) {
        lines.put(new Attempt(task.task().ref(), task.task().attempt()), new Line(task.claim(), lost));
    }

    void close(NodeApi.Task task) {
        lines.remove(new Attempt(task.task().ref(), task.task().attempt()));
    }

    /** The node took a sign of life of the attempt. */
    void spoke(NodeApi.Task task) {
        var line = lines.get(new Attempt(task.task().ref(), task.task().attempt()));
        if (line != null) {
            line.spokeAt = System.nanoTime();
        }
    }

    /** How long ago the node last took something of the attempt's, in nanoseconds. */
    long silence(NodeApi.Task task) {
        var line = lines.get(new Attempt(task.task().ref(), task.task().attempt()));
        return line == null ? Long.MAX_VALUE : System.nanoTime() - line.spokeAt;
    }

    @Override
    public CompletableFuture<Void> append(LogChunk chunk) {
        var line = lines.get(new Attempt(chunk.task(), chunk.attempt()));
        if (line == null) {
            // Nobody waits for it any longer.
            return CompletableFuture.completedFuture(null);
        }
        synchronized (line) {
            var sent = line.last.handleAsync(
                    (before, failure) -> {
                        send(line, chunk);
                        return (Void) null;
                    },
                    senders);
            line.last = sent;
            return sent;
        }
    }

    private void send(Line line, LogChunk chunk) {
        try {
            if (chunk.offset() > line.kept) {
                throw new IOException("what comes before this part of the log is not kept yet");
            }
            api.log(line.claim, chunk);
            line.kept = Math.max(line.kept, chunk.offset() + chunk.bytes().length);
            line.spokeAt = System.nanoTime();
        } catch (ClaimLost e) {
            // Nothing of it will be kept, so nothing need be waited for.
            line.kept = Long.MAX_VALUE;
            line.lost.accept(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new CompletionException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CompletionException(e);
        }
    }

    @Override
    public void close() {
        senders.shutdownNow();
    }
}
