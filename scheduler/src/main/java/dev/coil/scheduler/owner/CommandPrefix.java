package dev.coil.scheduler.owner;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import java.time.Duration;
import java.util.List;
import java.util.zip.CRC32C;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.InterruptException;

/** Whether what was folded once are still the first commands of the log: told by the last one of them. */
final class CommandPrefix {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private CommandPrefix() {}

    /**
     * What is wrong between a position in the log and the log; empty if nothing.
     *
     * @param lastHash of the command before the position
     * @throws CommandsUnreadable if that command is damaged
     */
    static String mismatch(KafkaSettings settings, int partition, long position, long lastHash) {
        if (position == 0) {
            return "";
        }
        var topic = new TopicPartition(Topics.COMMANDS, partition);
        try (var consumer = settings.consumer()) {
            consumer.assign(List.of(topic));
            long begin = consumer.beginningOffsets(List.of(topic)).get(topic);
            if (begin >= position) {
                return "the log begins at offset " + begin + ", after offset " + (position - 1);
            }
            if (consumer.endOffsets(List.of(topic)).get(topic) < position) {
                return "the log ends before offset " + position;
            }
            consumer.seek(topic, position - 1);
            for (var record : consumer.poll(PATIENCE)) {
                return record.offset() == position - 1 && hash(record.value()) == lastHash
                        ? ""
                        : "the record at offset " + (position - 1) + " is another one";
            }
            return "the record at offset " + (position - 1) + " cannot be read";
        } catch (InterruptException | ApiException e) {
            throw e;
        } catch (KafkaException e) {
            throw new CommandsUnreadable(partition, position - 1, e);
        }
    }

    /** The offset of the first command that is left, and that of the next one to come. */
    static Range range(KafkaSettings settings, int partition) {
        var topic = new TopicPartition(Topics.COMMANDS, partition);
        try (var consumer = settings.consumer()) {
            consumer.assign(List.of(topic));
            return new Range(
                    consumer.beginningOffsets(List.of(topic)).get(topic),
                    consumer.endOffsets(List.of(topic)).get(topic));
        }
    }

    /** From the first to before the end. */
    record Range(long begin, long end) {}

    static long hash(byte[] value) {
        var crc = new CRC32C();
        crc.update(value);
        return crc.getValue();
    }
}
