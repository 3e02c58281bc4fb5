package dev.coil.protocol.log;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.coil.protocol.codec.Codec;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * The commands that every fold leaves out, by an operator's decision: those that no fold can take, and behind which nothing of their
 * partition would go on. Partition p of the topic tells of partition p of the commands. Read before each replay; kept for ever, as
 * the commands are.
 */
public final class Quarantine {

    private static final Duration STEP = Duration.ofMillis(200);

    private Quarantine() {}

    /**
     * One command that is left out.
     *
     * @param offset of the command in its partition
     * @param by who decided it
     * @param reason why it could not be folded
     */
    public record Entry(
            @JsonProperty(required = true) long offset,
            @JsonProperty(required = true) String by,
            @JsonProperty(required = true) String reason) {}

    /** What is left out of a partition of the commands, by offset. */
    public static Map<Long, Entry> read(KafkaSettings settings, int partition) {
        var topic = new TopicPartition(Topics.QUARANTINE, partition);
        var entries = new HashMap<Long, Entry>();
        try (var consumer = settings.consumer()) {
            Topics.partitions(consumer, Topics.QUARANTINE);
            consumer.assign(List.of(topic));
            consumer.seekToBeginning(List.of(topic));
            long end = consumer.endOffsets(List.of(topic)).getOrDefault(topic, 0L);
            while (consumer.position(topic) < end) {
                for (var record : consumer.poll(STEP)) {
                    var entry = Codec.read(Entry.class, record.value());
                    entries.put(entry.offset(), entry);
                }
            }
        }
        return entries;
    }

    /** Adds a command, and returns when that is written. */
    public static void add(KafkaSettings settings, int partition, Entry entry) {
        try (var producer = settings.producer()) {
            producer.send(new ProducerRecord<>(Topics.QUARANTINE, partition, null, Codec.write(Entry.class, entry)))
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaUnusable(
                    "cannot write to " + Topics.QUARANTINE + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnusable("interrupted while writing to " + Topics.QUARANTINE, e);
        }
    }
}
