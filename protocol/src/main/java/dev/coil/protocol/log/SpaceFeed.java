package dev.coil.protocol.log;

import dev.coil.protocol.space.SpaceChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads space topics from their beginning: first the tuples that are there, then each change. For one thread, but for
 * {@link #wakeup()}.
 */
public final class SpaceFeed implements AutoCloseable {

    private final KafkaConsumer<byte[], byte[]> consumer;

    /** @param topics must exist ({@link Topics#createSpaces}) */
    public SpaceFeed(KafkaSettings settings, Collection<String> topics) {
        consumer = settings.consumer();
        var partitions = new ArrayList<TopicPartition>();
        for (var topic : topics) {
            consumer.partitionsFor(topic).forEach(p -> partitions.add(new TopicPartition(topic, p.partition())));
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** The next changes, in order for each task; empty after the timeout or a wake-up. */
    public List<SpaceChange> poll(Duration timeout) {
        var changes = new ArrayList<SpaceChange>();
        try {
            for (var record : consumer.poll(timeout)) {
                changes.add(SpaceTopic.read(record));
            }
        } catch (WakeupException e) {
            return changes;
        }
        return changes;
    }

    /** Makes a {@link #poll} that waits return; from any thread. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
