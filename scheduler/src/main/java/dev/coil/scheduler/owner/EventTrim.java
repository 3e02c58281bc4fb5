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
        // Every event has at least one record, and so this one's offset is not less than that of an empty log.
        long offset = mark - 1;
        try (var consumer = settings.consumer();
                var admin = settings.admin()) {
            var topics = List.of(topic);
            consumer.assign(topics);
            if (offset <= consumer.beginningOffsets(topics).get(topic)) {
                return mark;
            }
            if (offset >= consumer.endOffsets(topics).get(topic)) {
                return 0;
            }
            consumer.seek(topic, offset);
            for (var record : consumer.poll(Duration.ofSeconds(10))) {
                if (EventTopic.seq(record) > mark) {
                    throw new IllegalStateException("event " + EventTopic.seq(record) + " is at offset " + offset);
                }
                admin.deleteRecords(Map.of(topic, RecordsToDelete.beforeOffset(offset)))
                        .all()
                        .get();
                log.info("removed the records of {} before offset {}", topic, offset);
                return mark;
            }
            return 0;
        }
    }
}
