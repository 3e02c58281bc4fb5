package dev.coil.protocol.log;

import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.space.SpaceChange;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads space topics from their beginning: first the tuples that are there, then each change. For one thread, but for
 * {@link #wakeup()}.
 */
public final class SpaceFeed implements SpaceSource {

    private static final Logger log = LoggerFactory.getLogger(SpaceFeed.class);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<TopicPartition, Long> startEnds;
    private final Admin admin;
    private final TopicWatch watch;

    /**
     * Starts at the beginning.
     *
     * @param topics must exist ({@link Topics#createSpaces})
     * @throws KafkaUnusable if one does not
     */
    public SpaceFeed(KafkaSettings settings, Collection<String> topics) {
        consumer = settings.consumer();
        admin = settings.admin();
        watch = new TopicWatch(admin);
        try {
            var partitions = new ArrayList<TopicPartition>();
            for (var topic : topics) {
                partitions.addAll(Topics.partitions(consumer, topic));
            }
            watch.watch(topics);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            startEnds = new HashMap<>(consumer.endOffsets(partitions));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public List<SpaceChange> poll(Duration timeout) {
        for (var change : watch.changes()) {
            throw new KafkaUnusable(change.sentence(), null);
        }
        var changes = new ArrayList<SpaceChange>();
        try {
            for (var record : consumer.poll(timeout)) {
                try {
                    changes.add(SpaceTopic.read(record));
                } catch (UnreadableRecord e) {
                    // A newer owner's tuple is for newer workers; the rest of the space is still good.
                    log.warn("passed over {} at offset {}: {}", record.topic(), record.offset(), e.getMessage());
                }
            }
        } catch (WakeupException e) {
            return changes;
        }
        return changes;
    }

    @Override
    public boolean caughtUp() {
        startEnds.entrySet().removeIf(end -> consumer.position(end.getKey()) >= end.getValue());
        return startEnds.isEmpty();
    }

    @Override
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
        admin.close(Duration.ZERO);
    }
}
