package dev.coil.scheduler.owner;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets Kafka's consumer group protocol share the partitions out among schedulers. It reads nothing: the owners do. */
public final class Assignment implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Assignment.class);
    private static final String GROUP = "coil-scheduler";

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Owners owners;
    private final Thread thread;
    private volatile boolean closed;

    /** @param name of this member, kept over restarts, so that a restarted member takes its own place at once */
    public Assignment(KafkaSettings settings, Owners owners, String name) {
        this.owners = owners;
        var properties = settings.consumerProperties();
        properties.put("group.id", GROUP);
        properties.put("group.instance.id", name);
        properties.put("session.timeout.ms", "10000");
        properties.put("heartbeat.interval.ms", "2000");
        properties.put("auto.offset.reset", "latest");
        consumer = new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        thread = new Thread(this::run, "assignment");
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    private void run() {
        try (consumer) {
            consumer.subscribe(List.of(Topics.COMMANDS), new ConsumerRebalanceListener() {
                @Override
                public void onPartitionsAssigned(Collection<TopicPartition> assigned) {
                    consumer.pause(consumer.assignment());
                    owners.start(numbers(assigned));
                }

                @Override
                public void onPartitionsRevoked(Collection<TopicPartition> revoked) {
                    owners.stop(numbers(revoked));
                }
            });
            while (!closed) {
                consumer.poll(Duration.ofMillis(500));
            }
        } catch (WakeupException e) {
            if (!closed) {
                log.error("the assignment was woken without reason", e);
            }
        }
    }

    private static List<Integer> numbers(Collection<TopicPartition> partitions) {
        return partitions.stream().map(TopicPartition::partition).toList();
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(10_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
