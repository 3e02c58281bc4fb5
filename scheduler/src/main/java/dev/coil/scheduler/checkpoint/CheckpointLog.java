package dev.coil.scheduler.checkpoint;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.store.EntrySink;
import java.time.Duration;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads the checkpoints of one partition. What cannot be read is passed over: the checkpoint that it was of has a flaw then. */
public final class CheckpointLog {

    private static final Logger log = LoggerFactory.getLogger(CheckpointLog.class);

    private final KafkaSettings settings;
    private final TopicPartition topic;

    public CheckpointLog(KafkaSettings settings, int partition) {
        this.settings = settings;
        topic = new TopicPartition(Topics.CHECKPOINTS, partition);
    }

    /** Whether checkpoints that were read before are still there: each begins behind the beginning of the topic, and ends with its manifest. */
    public boolean holds(List<Checkpoint> checkpoints) {
        var content = new CheckpointScan();
        long begin;
        try (var consumer = settings.bulkConsumer()) {
            consumer.assign(List.of(topic));
            begin = consumer.beginningOffsets(List.of(topic)).get(topic);
        }
        for (var checkpoint : checkpoints) {
            if (checkpoint.first() < begin) {
                return false;
            }
            read(checkpoint.last(), checkpoint.last() + 1, content::take);
        }
        var ends =
                content.end().checkpoints().stream().map(Checkpoint::manifest).toList();
        return checkpoints.stream().map(Checkpoint::manifest).allMatch(ends::contains);
    }

    /**
     * Reads everything, and compares it with the manifests.
     *
     * @param from an offset before which no checkpoint is looked for
     */
    public CheckpointScan.Content read(long from) {
        var scan = new CheckpointScan();
        read(from, Long.MAX_VALUE, scan::take);
        return scan.end();
    }

    /**
     * Hands over the entries of a checkpoint.
     *
     * @return why they are not those of its manifest; empty if they are. In the former case, some may have been handed over
     */
    public String load(Checkpoint checkpoint, EntrySink sink) {
        var entries = new EntryReader(sink);
        var flaw = new String[] {"its end is missing"};
        read(checkpoint.first(), checkpoint.last() + 1, (offset, record) -> {
            if (!checkpoint.id().equals(record.id())) {
                return;
            }
            if (record instanceof CheckpointRecord.Piece piece) {
                entries.take(piece.number(), piece.bytes());
            } else if (record instanceof CheckpointRecord.End) {
                flaw[0] = entries.end(checkpoint.manifest());
            }
        });
        return flaw[0];
    }

    private void read(long from, long until, BiConsumer<Long, CheckpointRecord> visitor) {
        try (var consumer = settings.bulkConsumer()) {
            var topics = List.of(topic);
            consumer.assign(topics);
            long end = Math.min(until, consumer.endOffsets(topics).get(topic));
            long begin = Math.max(from, consumer.beginningOffsets(topics).get(topic));
            if (begin >= end) {
                return;
            }
            consumer.seek(topic, begin);
            while (consumer.position(topic) < end) {
                poll(consumer, visitor);
            }
        }
    }

    private void poll(KafkaConsumer<byte[], byte[]> consumer, BiConsumer<Long, CheckpointRecord> visitor) {
        try {
            for (var record : consumer.poll(Duration.ofMillis(500))) {
                visitor.accept(record.offset(), CheckpointRecord.read(record));
            }
        } catch (OffsetOutOfRangeException e) {
            // Older ones were removed meanwhile.
            long begin = consumer.beginningOffsets(List.of(topic)).get(topic);
            consumer.seek(topic, Math.max(begin, consumer.position(topic) + 1));
        } catch (InterruptException | ApiException e) {
            throw e;
        } catch (KafkaException e) {
            long offset = consumer.position(topic);
            log.warn("{} cannot be read at offset {}: {}", topic, offset, e.getMessage());
            consumer.seek(topic, offset + 1);
        }
    }
}
