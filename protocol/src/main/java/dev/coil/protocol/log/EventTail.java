package dev.coil.protocol.log;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the event log on a thread of its own and hands over batches in order. Events that an overlapping owner wrote again are
 * dropped by their sequence number; a gap ends the tail with {@link #failure()}, as it must never be. Only where the log begins may
 * events be missing: those of forgotten runs are removed, also from under a reader that is slow, and not told again where the log
 * was made anew.
 */
public final class EventTail implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(EventTail.class);

    /** Where to start. */
    public enum Start {
        BEGINNING,
        END
    }

    /** Is told where the log begins. */
    @FunctionalInterface
    public interface Trimmed {
        /** The events of a partition before {@code seq}, as far as they were not handed over, are gone. The next one is that. */
        void trimmed(int partition, long seq);
    }

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<Integer, Long> lastSeq = new HashMap<>();
    private final CountDownLatch caughtUp = new CountDownLatch(1);

    /** Those who want to know when all has been handed over that is there when this is read. */
    private final Queue<CountDownLatch> asked = new ConcurrentLinkedQueue<>();

    /** Who waits, and for the log to be read up to where. For the tail's thread. */
    private final Map<CountDownLatch, Map<TopicPartition, Long>> waiting = new HashMap<>();

    private final Consumer<List<EventRecord>> handler;
    private final Trimmed trimmed;

    /** The partitions of which the next record is the first that is left. */
    private final Set<Integer> cut = new HashSet<>();

    private final Thread thread;
    private final boolean fromEnd;
    private volatile boolean closed;
    private volatile @Nullable RuntimeException failure;

    /** @param handler is called on the tail's thread; what it throws ends the tail */
    public EventTail(KafkaSettings settings, Start start, String name, Consumer<List<EventRecord>> handler) {
        this(settings, start, name, handler, (partition, seq) -> {});
    }

    /**
     * @param handler is called on the tail's thread; what it throws ends the tail
     * @param trimmed likewise
     */
    public EventTail(
            KafkaSettings settings, Start start, String name, Consumer<List<EventRecord>> handler, Trimmed trimmed) {
        this.handler = handler;
        this.trimmed = trimmed;
        consumer = settings.consumer();
        fromEnd = start == Start.END;
        Map<TopicPartition, Long> ends;
        try {
            ends = begin();
        } catch (RuntimeException e) {
            consumer.close(CloseOptions.timeout(Duration.ZERO));
            throw e;
        }
        thread = new Thread(() -> run(ends), name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Goes to where the tail starts, and returns where the log ends now. */
    private Map<TopicPartition, Long> begin() {
        var partitions = Topics.partitions(consumer, Topics.EVENTS);
        consumer.assign(partitions);
        if (fromEnd) {
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position);
        } else {
            consumer.beginningOffsets(partitions).forEach(this::seekToBeginning);
        }
        return consumer.endOffsets(partitions);
    }

    private void seekToBeginning(TopicPartition partition, long offset) {
        consumer.seek(partition, offset);
        cut.add(partition.partition());
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        try {
            return consumer.poll(Duration.ofMillis(500));
        } catch (OffsetOutOfRangeException e) {
            var begins = consumer.beginningOffsets(e.partitions());
            for (var wanted : e.offsetOutOfRangePartitions().entrySet()) {
                long begin = begins.get(wanted.getKey());
                if (wanted.getValue() > begin) {
                    throw e;
                }
                seekToBeginning(wanted.getKey(), begin);
            }
            return ConsumerRecords.empty();
        }
    }

    private void run(Map<TopicPartition, Long> ends) {
        try (consumer) {
            waiting.put(caughtUp, ends);
            while (!closed) {
                for (var some = asked.poll(); some != null; some = asked.poll()) {
                    waiting.put(some, consumer.endOffsets(consumer.assignment()));
                }
                var batch = new ArrayList<EventRecord>();
                for (var record : poll()) {
                    if (cut.remove(record.partition()) && isBehindAGap(record)) {
                        handler.accept(batch);
                        batch = new ArrayList<>();
                        lastSeq.put(record.partition(), EventTopic.seq(record) - 1);
                        trimmed.trimmed(record.partition(), EventTopic.seq(record));
                    }
                    var event = read(record);
                    if (event != null) {
                        batch.add(event);
                    }
                }
                if (!batch.isEmpty()) {
                    handler.accept(batch);
                }
                tellThoseWhoWait();
            }
        } catch (WakeupException | InterruptException e) {
            if (!closed) {
                fail(new IllegalStateException("the event tail was interrupted", e));
            }
        } catch (KafkaException e) {
            boolean passing = e instanceof RetriableException;
            fail(passing ? e : new EventsUnreadable(e));
        } catch (RuntimeException e) {
            fail(e);
        }
    }

    private void tellThoseWhoWait() {
        waiting.entrySet().removeIf(some -> {
            boolean read = some.getValue().entrySet().stream()
                    .allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
            if (read) {
                some.getKey().countDown();
            }
            return read;
        });
    }

    private void fail(RuntimeException e) {
        log.error("{} ended: {}", Thread.currentThread().getName(), e.getMessage(), e);
        failure = e;
    }

    private boolean isBehindAGap(ConsumerRecord<byte[], byte[]> record) {
        return EventTopic.seq(record) > lastSeq.getOrDefault(record.partition(), 0L) + 1;
    }

    private @Nullable EventRecord read(ConsumerRecord<byte[], byte[]> record) {
        long seq = EventTopic.seq(record);
        var last = lastSeq.get(record.partition());
        if (last != null && seq <= last) {
            return null;
        }
        if (last == null ? !fromEnd && seq != 1 : seq != last + 1) {
            throw new EventsUnreadable(
                    Topics.EVENTS + " jumps from event " + (last == null ? 0 : last) + " to " + seq + " in partition "
                            + record.partition() + " at offset " + record.offset() + ": records are missing");
        }
        lastSeq.put(record.partition(), seq);
        return new EventRecord(record.partition(), seq, record.timestamp(), Codec.read(Event.class, record.value()));
    }

    /** Waits until everything that was in the log at the start has been handed over. */
    public void awaitCaughtUp() throws InterruptedException {
        await(caughtUp);
    }

    /** Waits until everything that is in the log now has been handed over. */
    public void awaitAll() throws InterruptedException {
        var all = new CountDownLatch(1);
        asked.add(all);
        await(all);
    }

    private void await(CountDownLatch latch) throws InterruptedException {
        while (!latch.await(100, java.util.concurrent.TimeUnit.MILLISECONDS)) {
            var ended = failure;
            if (ended != null) {
                throw ended;
            }
        }
    }

    /** What ended the tail; {@code null} while it runs. */
    public @Nullable RuntimeException failure() {
        return failure;
    }

    @Override
    public void close() {
        closed = true;
        consumer.wakeup();
        try {
            thread.join(5_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
