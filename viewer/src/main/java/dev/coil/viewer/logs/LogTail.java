package dev.coil.viewer.logs;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.KafkaUnusable;
import dev.coil.protocol.log.LogTopic;
import dev.coil.protocol.log.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the log topic on a thread of its own, into the store. Goes on where it stopped, or a little before. */
public final class LogTail implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(LogTail.class);
    private static final long REMEMBER_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final LogStore store;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Positions positions;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread;
    private Map<Integer, Long> remembered = Map.of();
    private long rememberedAt;
    private volatile @Nullable RuntimeException failure;

    /**
     * Starts.
     *
     * @param directory of the store; the positions are kept there as well
     */
    public LogTail(KafkaSettings settings, LogStore store, Path directory) throws IOException {
        this.store = store;
        Files.createDirectories(directory);
        positions = new Positions(directory.resolve("positions"), topicId(settings));
        consumer = settings.consumer();
        assign(positions.read());
        thread = new Thread(this::run, "viewer-logs");
        thread.setDaemon(true);
        thread.start();
    }

    private static String topicId(KafkaSettings settings) {
        try (var admin = settings.admin()) {
            return admin.describeTopics(List.of(Topics.LOGS))
                    .allTopicNames()
                    .get()
                    .get(Topics.LOGS)
                    .topicId()
                    .toString();
        } catch (ExecutionException e) {
            throw new KafkaUnusable(
                    "cannot describe topic " + Topics.LOGS + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnusable("interrupted while describing topic " + Topics.LOGS, e);
        }
    }

    private void assign(Map<Integer, Long> from) {
        var partitions = consumer.partitionsFor(Topics.LOGS).stream()
                .map(p -> new TopicPartition(Topics.LOGS, p.partition()))
                .toList();
        consumer.assign(partitions);
        for (var partition : partitions) {
            var position = from.get(partition.partition());
            if (position == null) {
                consumer.seekToBeginning(List.of(partition));
            } else {
                consumer.seek(partition, position);
            }
        }
    }

    private void run() {
        try (consumer) {
            while (closed.getCount() > 0) {
                poll();
            }
        } catch (WakeupException | InterruptException e) {
            log.debug("stopped reading logs");
        } catch (RuntimeException e) {
            log.error("logs are no longer stored, restart the node: {}", e.getMessage(), e);
            boolean damaged = e instanceof KafkaException && !(e instanceof RetriableException);
            failure = damaged ? new LogsUnreadable(e) : e;
        }
    }

    /** What ended the tail; {@code null} while it runs. */
    public @Nullable RuntimeException failure() {
        return failure;
    }

    private void poll() {
        ConsumerRecords<byte[], byte[]> records;
        try {
            records = consumer.poll(Duration.ofMillis(500));
        } catch (OffsetOutOfRangeException e) {
            log.warn("the log topic no longer has {}; going on from its oldest record", e.offsetOutOfRangePartitions());
            consumer.seekToBeginning(e.offsetOutOfRangePartitions().keySet());
            return;
        }
        var chunks = new ArrayList<LogChunk>(records.count());
        for (var record : records) {
            read(record, chunks);
        }
        while (!chunks.isEmpty() && !stored(chunks)) {
            if (pause()) {
                return;
            }
        }
        remember();
    }

    private static void read(ConsumerRecord<byte[], byte[]> record, List<LogChunk> into) {
        try {
            var chunk = LogTopic.read(record);
            new LogKey(chunk.task(), chunk.attempt());
            into.add(chunk);
        } catch (RuntimeException e) {
            log.warn(
                    "passed over record {} of {}-{}, which is no log chunk: {}",
                    record.offset(),
                    record.topic(),
                    record.partition(),
                    e.getMessage());
        }
    }

    private boolean stored(List<LogChunk> chunks) {
        try {
            store.append(chunks);
            return true;
        } catch (IOException e) {
            log.error("cannot store logs, trying again: {}", e.toString());
            return false;
        }
    }

    /** @return whether it was closed meanwhile */
    private boolean pause() {
        try {
            return closed.await(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private void remember() {
        if (System.nanoTime() - rememberedAt < REMEMBER_NANOS) {
            return;
        }
        rememberedAt = System.nanoTime();
        var now = new TreeMap<Integer, Long>();
        for (var partition : consumer.assignment()) {
            now.put(partition.partition(), consumer.position(partition));
        }
        if (now.equals(remembered)) {
            return;
        }
        try {
            positions.write(now);
            remembered = now;
        } catch (IOException e) {
            log.warn("cannot remember how far logs were read: {}", e.toString());
        }
    }

    @Override
    public void close() throws IOException {
        closed.countDown();
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        store.close();
    }
}
