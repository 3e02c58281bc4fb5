package dev.coil.protocol.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.codec.Codec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

/**
 * A topic of one partition that is small enough to be read from its beginning by everybody, on a thread of its own: all who fold it come
 * to the same.
 *
 * @param <R> what its records are
 */
public final class Journal<R> implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Journal.class);

    private static final Duration STEP = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(15);
    private static final int LOOK_MILLIS = 100;

    /** Is given each record, on the journal's thread. */
    @FunctionalInterface
    public interface Reader<R> {
        /**
         * @param at when the broker took it, in milliseconds since the epoch
         * @param key empty in a topic without keys
         * @param record {@code null} if what the key stood for is gone
         */
        void read(long at, String key, @Nullable R record);
    }

    private final TopicPartition partition;
    private final Class<R> type;
    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Reader<R> reader;
    private final Thread thread;
    private final long end;
    private final Object progress = new Object();
    private long next;
    private volatile @Nullable RuntimeException failure;
    private volatile boolean closed;

    /** @throws KafkaUnusable if Kafka has not the topic */
    public Journal(KafkaSettings settings, String topic, Class<R> type, Reader<R> reader) {
        this.partition = new TopicPartition(topic, 0);
        this.type = type;
        this.reader = reader;
        consumer = settings.consumer();
        try {
            Topics.partitions(consumer, topic);
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            end = consumer.endOffsets(List.of(partition)).getOrDefault(partition, 0L);
            producer = settings.producer();
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
        thread = new Thread(this::run, topic.replace('.', '-') + "-journal");
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        try (consumer) {
            while (!closed) {
                for (var record : consumer.poll(STEP)) {
                    reader.read(
                            record.timestamp(),
                            record.key() == null ? "" : new String(record.key(), UTF_8),
                            record.value() == null ? null : Codec.read(type, record.value()));
                    reached(record.offset() + 1);
                }
                // Compaction may have taken the last ones.
                reached(consumer.position(partition));
            }
        } catch (WakeupException | InterruptException e) {
            if (!closed) {
                fail(new IllegalStateException("interrupted", e));
            }
        } catch (RuntimeException e) {
            // What a newer program wrote may be what matters: to go on without it would be to know something wrong.
            fail(e);
        }
    }

    private void reached(long offset) {
        synchronized (progress) {
            if (offset > next) {
                next = offset;
                progress.notifyAll();
            }
        }
    }

    private void fail(RuntimeException e) {
        log.error("cannot read {}: {}", partition.topic(), e.getMessage(), e);
        failure = e;
    }

    /** What ended the reading; {@code null} while it goes on. */
    public @Nullable RuntimeException failure() {
        return failure;
    }

    /** Waits until everything that was there at the start has been read. */
    public void awaitCaughtUp() throws InterruptedException {
        synchronized (progress) {
            while (next < end) {
                var ended = failure;
                if (ended != null) {
                    throw new KafkaUnusable("cannot read " + partition.topic() + ": " + ended.getMessage(), ended);
                }
                progress.wait(LOOK_MILLIS);
            }
        }
    }

    /**
     * Appends a record, and returns when it has been read here. It may be there although this fails.
     *
     * @param key empty in a topic without keys
     * @param record {@code null} for what is gone
     * @throws ExecutionException if Kafka does not take it
     * @throws TimeoutException if no answer comes within 15 seconds
     */
    public void write(String key, @Nullable R record)
            throws ExecutionException, TimeoutException, InterruptedException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        long offset = append(key, record).get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        synchronized (progress) {
            while (next <= offset) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new TimeoutException();
                }
                progress.wait(left);
            }
        }
    }

    /** Appends a record. The future completes with its offset, or exceptionally if it may not be there. */
    public CompletableFuture<Long> append(String key, @Nullable R record) {
        var appended = new CompletableFuture<Long>();
        try {
            producer.send(
                    new ProducerRecord<>(
                            partition.topic(),
                            partition.partition(),
                            key.isEmpty() ? null : key.getBytes(UTF_8),
                            record == null ? null : Codec.write(type, record)),
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
