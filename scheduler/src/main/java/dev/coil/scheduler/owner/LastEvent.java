package dev.coil.scheduler.owner;

import dev.coil.protocol.log.EventTopic;
import dev.coil.protocol.log.EventsUnreadable;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import java.time.Duration;
import java.util.List;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;

/** Finds the number of the last event that is in the event log. */
final class LastEvent {

    private LastEvent() {}

    /** Whether it has never had any. */
    static boolean isEmpty(KafkaSettings settings, int partition) {
        var topic = new TopicPartition(Topics.EVENTS, partition);
        try (var consumer = settings.consumer()) {
            consumer.assign(List.of(topic));
            return consumer.endOffsets(List.of(topic)).get(topic) == 0;
        }
    }

    /** 0 if there is none. */
    static long seq(KafkaSettings settings, int partition) {
        var topic = new TopicPartition(Topics.EVENTS, partition);
        try (var consumer = settings.consumer()) {
            consumer.assign(List.of(topic));
            long end = consumer.endOffsets(List.of(topic)).get(topic);
            long begin = consumer.beginningOffsets(List.of(topic)).get(topic);
            if (end == begin && begin > 0) {
                // Of what is no longer needed, the last is always left.
                throw new EventsUnreadable(
                        Topics.EVENTS + " is empty in partition " + partition + ", but had " + begin + " records");
            }
            if (end == begin) {
                return 0;
            }
            consumer.seek(topic, end - 1);
            long last = 0;
            while (consumer.position(topic) < end) {
                for (var record : consumer.poll(Duration.ofSeconds(1))) {
                    last = Math.max(last, EventTopic.seq(record));
                }
            }
            return last;
        } catch (InterruptException | RetriableException e) {
            throw e;
        } catch (KafkaException e) {
            throw new EventsUnreadable(e);
        }
    }
}
