package dev.coil.scheduler.owner;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.log.ControlTopic;
import dev.coil.protocol.log.EventTopic;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.SpaceTopic;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.turn.Effect;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;

/** Tells the world the effects of one partition's fold, in order. */
final class EffectSender implements AutoCloseable {

    /** How long a topic may be without a leader before the ownership ends and the topic is looked for anew. */
    private static final Duration MOST_SILENCE = Duration.ofSeconds(10);

    private final KafkaSettings settings;
    private final Admin admin;
    private final int partition;
    private final KafkaProducer<byte[], byte[]> producer;
    private final Set<String> families = new HashSet<>();

    EffectSender(KafkaSettings settings, Admin admin, int partition) {
        this.settings = settings;
        this.admin = admin;
        this.partition = partition;
        producer = settings.producer(MOST_SILENCE);
    }

    /** The acknowledgements that a batch still waits for. */
    static final class Receipt {
        private final AtomicInteger open = new AtomicInteger();
        private volatile @Nullable Exception failure;

        boolean isComplete() {
            var failed = failure;
            if (failed != null) {
                throw new IllegalStateException("an effect was not acknowledged: " + failed.getMessage(), failed);
            }
            return open.get() == 0;
        }
    }

    /**
     * Tells the effects of one command, or none of them: without the command, others would have their numbers.
     *
     * @throws RecordTooLargeException if one is more than a record holds, which it will be whoever tells it
     */
    void send(List<Effect> effects, Receipt receipt) {
        var records = new ArrayList<ProducerRecord<byte[], byte[]>>(effects.size());
        for (var effect : effects) {
            var record = record(effect);
            requireRoom(effect, record.value());
            records.add(record);
        }
        records.forEach(record -> send(record, receipt));
    }

    private void send(ProducerRecord<byte[], byte[]> record, Receipt receipt) {
        receipt.open.incrementAndGet();
        producer.send(record, (metadata, failed) -> {
            if (failed != null) {
                receipt.failure = failed;
                // What was to come after it must not get into the log without it.
                producer.close(Duration.ZERO);
            }
            receipt.open.decrementAndGet();
        });
    }

    private static void requireRoom(Effect effect, byte @Nullable [] value) {
        if (value != null && value.length > KafkaSettings.LARGEST_VALUE) {
            var told = effect instanceof Effect.Emit emit ? emit.event() : effect;
            throw new RecordTooLargeException("the " + told.getClass().getSimpleName() + " that it leads to has "
                    + value.length + " bytes, and a record has at most " + KafkaSettings.LARGEST_VALUE);
        }
    }

    private ProducerRecord<byte[], byte[]> record(Effect effect) {
        if (effect instanceof Effect.Emit emit) {
            return EventTopic.record(new EventRecord(partition, emit.seq(), emit.at(), emit.event()));
        } else if (effect instanceof Effect.Publish publish) {
            ensureSpace(publish.task().requirement().family());
            return SpaceTopic.put(partition, publish.task());
        } else if (effect instanceof Effect.Withdraw withdraw) {
            ensureSpace(withdraw.family());
            return SpaceTopic.remove(withdraw.family(), partition, withdraw.task(), withdraw.tombstone());
        } else if (effect instanceof Effect.Order order) {
            return ControlTopic.record(partition, order.stop());
        } else if (effect instanceof Effect.Append append) {
            return new ProducerRecord<>(Topics.COMMANDS, partition, null, Codec.encode(append.command()));
        }
        throw new IllegalStateException("no topic for a " + effect.getClass().getSimpleName());
    }

    /** Whose spaces it has put something into, or taken from. */
    Set<String> families() {
        return families;
    }

    /** A family's topic is made when its first tuple is published. */
    private void ensureSpace(String family) {
        if (families.add(family)) {
            Topics.createSpaces(admin, settings, List.of(Topics.space(family)));
        }
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
