package dev.coil.worker.report;

import dev.coil.protocol.graph.LogChunk;
import java.util.concurrent.CompletableFuture;

/** Where chunks of logs go. */
@FunctionalInterface
public interface LogSink {

    /** The future completes when the chunk is kept, or exceptionally if it may not be. */
    CompletableFuture<Void> append(LogChunk chunk);
}
