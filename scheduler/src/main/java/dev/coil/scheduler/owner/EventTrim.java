package dev.coil.scheduler.owner;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.log.EventTopic;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.state.LowWater;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the beginning of the event log, as far as it tells of forgotten runs alone. First what is of no run is told again; when that
 * is in the log, everything before the first run that is kept can go. It is a matter of tidiness: what fails is done at the next time.
 */
final class EventTrim {

    private static final Logger log = LoggerFactory.getLogger(EventTrim.class);
    private static final long PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** So many events are worth the trouble. */
    private static final int FEWEST = 500;

    private final KafkaSettings settings;
    private final TopicPartition topic;
    private CompletableFuture<Long> underway = CompletableFuture.completedFuture(0L);
    private long trimmed;
    private long nextLook;

    EventTrim(KafkaSettings settings, int partition, long now) {
        this.settings = settings;
        topic = new TopicPartition(Topics.EVENTS, partition);
        nextLook = now;
    }

    /** Begins to remove what can be removed. Returns what has to be said before more can be; {@code null} if nothing. */
    Command.@Nullable OfOwner look(State state, long epoch, long now) {
        if (now < nextLook || !underway.isDone()) {
            return null;
        }
        nextLook = now + PAUSE_NANOS;
        trimmed = Math.max(trimmed, underway.join());
        long mark = LowWater.of(state);
        if (mark - trimmed >= FEWEST) {
            underway = begin(mark);
        }
        return LowWater.ofRuns(state) - Math.max(Meta.TOLD_AGAIN.get(state), 1) >= FEWEST
                ? new Command.TellAgain(epoch)
                : null;
    }

    private CompletableFuture<Long> begin(long mark) {
        var done = new CompletableFuture<Long>();
        var thread = new Thread(
                () -> {
                    try {
                        done.complete(trim(mark));
                    } catch (RuntimeException | ExecutionException e) {
                        log.warn("cannot remove old records of {}: {}", topic, e.getMessage());
                        done.complete(0L);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        done.complete(0L);
                    }
                },
                "trim-" + topic.partition());
        thread.setDaemon(true);
        thread.start();
        return done;
    }

    /** Returns up to which event all are gone, or could not be expected to be. */
    private long trim(long mark) throws ExecutionException, InterruptedException {
        try (var consumer = settings.consumer();
                var admin = settings.admin()) {
            var topics = List.of(topic);
            consumer.assign(topics);
            long begin = consumer.beginningOffsets(topics).get(topic);
            long offset =
                    offsetOf(mark, consumer, begin, consumer.endOffsets(topics).get(topic));
            if (offset > begin) {
                admin.deleteRecords(Map.of(topic, RecordsToDelete.beforeOffset(offset)))
                        .all()
                        .get();
                log.info("removed the records of {} before offset {}", topic, offset);
            }
            return offset < begin ? 0 : mark;
        }
    }

    /**
     * The offset of the first record that is of this event or a later one; -1 if there is none. Events of overlapping owners lie among each
     * other, and a log that was made anew does not begin with the first event: so it is looked for from the beginning.
     */
    private long offsetOf(long mark, KafkaConsumer<byte[], byte[]> consumer, long begin, long end) {
        consumer.seek(topic, begin);
        while (consumer.position(topic) < end) {
            for (var record : consumer.poll(Duration.ofSeconds(1))) {
                if (EventTopic.seq(record) >= mark) {
                    return record.offset();
                }
            }
        }
        return -1;
    }
}
