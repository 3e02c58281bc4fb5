package dev.coil.worker;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.LogTopic;
import dev.coil.worker.report.LogSink;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.KafkaException;

/** Sends chunks to the log topic. */
final class KafkaLogs implements LogSink, AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;

    KafkaLogs(KafkaSettings settings) {
        producer = settings.producer();
    }

    @Override
    public CompletableFuture<Void> append(LogChunk chunk) {
        var appended = new CompletableFuture<Void>();
        try {
            producer.send(LogTopic.record(chunk), (metadata, failure) -> {
                if (failure != null) {
                    appended.completeExceptionally(failure);
                } else {
                    appended.complete(null);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            appended.completeExceptionally(e);
        }
        return appended;
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
