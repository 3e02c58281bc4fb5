package dev.coil.ops.bench;

import dev.coil.protocol.log.KafkaSettings;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/** What Kafka alone does with records of the size of a task's, by the same clients' settings. */
final class RawKafka implements AutoCloseable {

    private static final String TOPIC = "coil.bench";
    private static final int RECORD_BYTES = 300;
    private static final Duration POLL = Duration.ofMillis(500);

    private final KafkaProducer<byte[], byte[]> producer;
    private final KafkaConsumer<byte[], byte[]> consumer;

    RawKafka(KafkaSettings kafka) throws InterruptedException {
        try (var admin = kafka.admin()) {
            var topic = new NewTopic(TOPIC, 1, (short) 1).configs(Map.of("retention.bytes", "1000000000"));
            admin.createTopics(List.of(topic)).all().get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("cannot make topic " + TOPIC, e.getCause());
        }
        producer = kafka.producer();
        consumer = kafka.consumer();
        var partition = new TopicPartition(TOPIC, 0);
        consumer.assign(List.of(partition));
        consumer.seekToEnd(List.of(partition));
        consumer.position(partition);
    }

    /** Sends so many records while they are read back. Returns how many made the round a second. */
    double roundTripsPerSecond(int records) throws InterruptedException {
        long from = System.nanoTime();
        var sender = new Thread(() -> {
            for (int i = 0; i < records; i++) {
                producer.send(record());
            }
        });
        sender.start();
        for (int seen = 0; seen < records; ) {
            seen += consumer.poll(POLL).count();
        }
        double seconds = (System.nanoTime() - from) / 1e9;
        sender.join();
        return records / seconds;
    }

    /** Sends a record when the one before has been read back, so many times. Returns the milliseconds that each took. */
    double millisPerHop(int hops) {
        long from = System.nanoTime();
        for (int i = 0; i < hops; i++) {
            producer.send(record());
            while (consumer.poll(POLL).isEmpty()) {
                continue;
            }
        }
        return (System.nanoTime() - from) / 1e6 / hops;
    }

    private static ProducerRecord<byte[], byte[]> record() {
        return new ProducerRecord<>(TOPIC, 0, null, new byte[RECORD_BYTES]);
    }

    @Override
    public void close() {
        consumer.close();
        producer.close();
    }
}
