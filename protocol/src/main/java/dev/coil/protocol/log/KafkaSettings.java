package dev.coil.protocol.log;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * How to reach Kafka, and the client settings that correctness rests on.
 *
 * @param bootstrapServers {@code host:port,host:port}
 * @param partitions of the command log when it is created; later the topic's own number counts
 * @param replication of every topic when it is created
 * @param extra further client settings (security and the like); they never override those that correctness rests on
 */
public record KafkaSettings(String bootstrapServers, int partitions, short replication, Map<String, String> extra) {

    /** How many bytes the value of a record may have. Topics take twice as much, so that what is around it has room. */
    public static final int LARGEST_VALUE = 8 << 20;

    private static final int ROOM = 64 << 10;

    public KafkaSettings {
        extra = Map.copyOf(extra);
    }

    /** One partition, no replication: the embedded node. */
    public static KafkaSettings single(String bootstrapServers) {
        return new KafkaSettings(bootstrapServers, 1, (short) 1, Map.of());
    }

    private Map<String, Object> base() {
        var properties = new HashMap<String, Object>(extra);
        properties.put("bootstrap.servers", bootstrapServers);
        properties.put("reconnect.backoff.max.ms", "1000");
        return properties;
    }

    public Admin admin() {
        return Admin.create(base());
    }

    /** A producer that keeps order and writes nothing twice: every acknowledgement, idempotent, no waiting for company. */
    public KafkaProducer<byte[], byte[]> producer() {
        return producer(Duration.ofMinutes(1));
    }

    /** @param longestWait for a topic that has no leader, before a record counts as not sent */
    public KafkaProducer<byte[], byte[]> producer(Duration longestWait) {
        var properties = producerProperties();
        properties.put("max.block.ms", Long.toString(longestWait.toMillis()));
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** As {@link #producer()}, for much at once that nobody waits for: compressed, and little of it in memory. */
    public KafkaProducer<byte[], byte[]> bulkProducer() {
        var properties = producerProperties();
        // In Java alone: others unpack a library where a killed process would leave it.
        properties.put("compression.type", "gzip");
        properties.put("compression.gzip.level", "1");
        properties.put("buffer.memory", "16777216");
        return new KafkaProducer<>(properties, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Map<String, Object> producerProperties() {
        var properties = base();
        properties.put("acks", "all");
        properties.put("enable.idempotence", "true");
        properties.put("linger.ms", "0");
        properties.put("batch.size", "262144");
        properties.put("buffer.memory", "67108864");
        properties.put("max.request.size", Integer.toString(LARGEST_VALUE + ROOM));
        properties.put("delivery.timeout.ms", "60000");
        properties.put("request.timeout.ms", "20000");
        return properties;
    }

    /** A plain consumer: partitions are assigned by hand, offsets are never committed. */
    public KafkaConsumer<byte[], byte[]> consumer() {
        return consumer(consumerProperties());
    }

    /** As {@link #consumer()}, for records that are large when they are unpacked: few of them at a time. */
    public KafkaConsumer<byte[], byte[]> bulkConsumer() {
        var properties = consumerProperties();
        properties.put("max.poll.records", "8");
        properties.put("max.partition.fetch.bytes", "4194304");
        return consumer(properties);
    }

    private static KafkaConsumer<byte[], byte[]> consumer(Map<String, Object> properties) {
        return new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer()) {
            @Override
            public void close() {
                // There is no group to leave and nothing to commit, only a fetch that may wait for half a second.
                close(CloseOptions.timeout(Duration.ZERO));
            }
        };
    }

    /** The settings of {@link #consumer()}, for those who add a group to them. */
    public Map<String, Object> consumerProperties() {
        var properties = base();
        properties.put("enable.auto.commit", "false");
        properties.put("auto.offset.reset", "none");
        properties.put("isolation.level", "read_committed");
        properties.put("max.poll.records", "4000");
        properties.put("fetch.max.wait.ms", "500");
        properties.put("fetch.min.bytes", "1");
        properties.put("fetch.max.bytes", "33554432");
        properties.put("max.partition.fetch.bytes", "16777216");
        return properties;
    }
}
