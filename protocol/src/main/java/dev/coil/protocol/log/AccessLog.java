package dev.coil.protocol.log;

import dev.coil.protocol.access.AccessRecord;
import dev.coil.protocol.codec.Codec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The access log: one partition, kept for ever, read from its beginning on a thread of its own. */
public final class AccessLog implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(AccessLog.class);

    private static final TopicPartition PARTITION = new TopicPartition(Topics.ACCESS, 0);
    private static final Duration STEP = Duration.ofMillis(500);
    private static final int LOOK_MILLIS = 100;

    /** Is given each record, on the log's thread. */
    @FunctionalInterface
    public interface Reader {
        /** @param at when the broker took it, in milliseconds since the epoch */
        void read(long offset, long at, AccessRecord record);
    }

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Reader reader;
    private final Thread thread;
    private final long end;
    private final CountDownLatch caughtUp = new CountDownLatch(1);
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closed;

    /** @throws KafkaUnusable if Kafka has not the topic */
    public AccessLog(KafkaSettings settings, Reader reader) {
        this.reader = reader;
        consumer = settings.consumer();
        try {
            Topics.partitions(consumer, Topics.ACCESS);
            consumer.assign(List.of(PARTITION));
            consumer.seekToBeginning(List.of(PARTITION));
            end = consumer.endOffsets(List.of(PARTITION)).getOrDefault(PARTITION, 0L);
            producer = settings.producer();
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
        thread = new Thread(this::run, "coil-access-log");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (consumer) {
            while (!closed) {
                if (caughtUp.getCount() > 0 && consumer.position(PARTITION) >= end) {
                    caughtUp.countDown();
                }
                for (var record : consumer.poll(STEP)) {
                    reader.read(record.offset(), record.timestamp(), Codec.read(AccessRecord.class, record.value()));
                }
            }
        } catch (WakeupException | InterruptException e) {
            if (!closed) {
                fail(new IllegalStateException("interrupted", e));
            }
        } catch (RuntimeException e) {
            // What a newer program wrote may shut somebody out: without it, nobody is let in.
            fail(e);
        }
    }

    private void fail(RuntimeException e) {
        log.error("cannot read {}: {}", Topics.ACCESS, e.getMessage(), e);
        failure = e;
    }

    /** What ended the reading; {@code null} while it goes on. */
    public @Nullable RuntimeException failure() {
        return failure;
    }

    /** Waits until everything that was in the log at the start has been read. */
    public void awaitCaughtUp() throws InterruptedException {
        while (!caughtUp.await(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
            var ended = failure;
            if (ended != null) {
                throw new KafkaUnusable(
                        "cannot read who may do what from " + Topics.ACCESS + ": " + ended.getMessage(), ended);
            }
        }
    }

    /** Appends a record. The future completes with its offset, or exceptionally if it may not be there. */
    public CompletableFuture<Long> append(AccessRecord record) {
        var appended = new CompletableFuture<Long>();
        try {
            producer.send(
                    new ProducerRecord<>(Topics.ACCESS, 0, null, Codec.write(AccessRecord.class, record)),
                    (metadata, trouble) -> {
                        if (trouble != null) {
                            appended.completeExceptionally(trouble);
                        } else {
                            appended.complete(metadata.offset());
                        }
                    });
        } catch (KafkaException e) {
            appended.completeExceptionally(e);
        }
        return appended;
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(Duration.ofSeconds(5).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ofSeconds(2));
    }
}
