package dev.coil.scheduler.dispatch;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.LogTopic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;

/** Sends what tasks print to the log topic. Safe for many threads. */
final class LogKeeper implements AutoCloseable {

    /** How much of one attempt's log is kept, and how much more for the end of one that was cut. */
    static final long MOST = (64L << 20) + (1L << 20);

    private static final int CHUNK_BYTES = 64 * 1024;

    private final KafkaProducer<byte[], byte[]> producer;

    LogKeeper(KafkaSettings kafka) {
        producer = kafka.producer();
    }

    /**
     * Appends to an attempt's log; what comes twice does no harm.
     *
     * @param offset of the first byte in the log
     * @param at when it was printed, in milliseconds since the epoch
     * @param stream as in {@link LogChunk}
     */
    CompletableFuture<Void> append(ClaimToken token, long offset, long at, int stream, byte[] bytes) {
        var kept = new ArrayList<CompletableFuture<Void>>();
        for (int from = 0; from < bytes.length; from += CHUNK_BYTES) {
            var piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + CHUNK_BYTES));
            kept.add(send(new LogChunk(token.ref(), token.attempt(), offset + from, at, stream, piece)));
        }
        return CompletableFuture.allOf(kept.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<Void> send(LogChunk chunk) {
        var kept = new CompletableFuture<Void>();
        try {
            producer.send(LogTopic.record(chunk), (metadata, failure) -> {
                if (failure == null) {
                    kept.complete(null);
                } else {
                    kept.completeExceptionally(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            kept.completeExceptionally(e);
        }
        return kept;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
