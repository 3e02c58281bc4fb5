package dev.coil.scheduler.checkpoint;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.store.Identity;
import dev.coil.scheduler.store.StoreSnapshot;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.InterruptException;
import org.jspecify.annotations.Nullable;

/** Writes a checkpoint; little of it is in memory at any time. It is one when it has been read back. */
public final class CheckpointWriter {

    private final KafkaSettings settings;
    private final int partition;

    public CheckpointWriter(KafkaSettings settings, int partition) {
        this.settings = settings;
        this.partition = partition;
    }

    /**
     * What the entries of a snapshot are the state of.
     *
     * @param lastHash CRC-32C of the command before the position
     * @param lastEvent the number of the last event until there
     */
    public record Place(CheckpointId id, long lastHash, long lastEvent) {}

    /**
     * Writes it, and returns where it begins in the topic when all of it is acknowledged.
     *
     * @throws IllegalStateException if something of it may not be there
     */
    public long write(Place place, Identity identity, StoreSnapshot snapshot) throws InterruptedException {
        try (var producer = settings.bulkProducer()) {
            var sending = new Sending(producer, place.id());
            var entries = new EntryWriter(EntryWriter.PIECE_BYTES, sending::piece);
            snapshot.forEach(entries);
            var sum = entries.end();
            sending.end(new Manifest(
                    place.id(),
                    place.lastHash(),
                    place.lastEvent(),
                    identity.layout(),
                    identity.clusterId(),
                    identity.topicId(),
                    sum.pieces(),
                    sum.entries(),
                    sum.bytes(),
                    sum.sha256()));
            return sending.first();
        }
    }

    /** The records of one checkpoint, on their way. */
    private final class Sending {
        private final KafkaProducer<byte[], byte[]> producer;
        private final CheckpointId id;
        private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        private @Nullable Future<RecordMetadata> first;
        private long next;

        Sending(KafkaProducer<byte[], byte[]> producer, CheckpointId id) {
            this.producer = producer;
            this.id = id;
        }

        void piece(byte[] bytes) {
            if (Thread.currentThread().isInterrupted()) {
                throw new InterruptException("the checkpoint was given up");
            }
            var sent = send(CheckpointRecord.piece(partition, id, next++, bytes));
            first = first == null ? sent : first;
        }

        void end(Manifest manifest) throws InterruptedException {
            producer.flush();
            requireNoFailure();
            send(CheckpointRecord.end(partition, manifest));
            producer.flush();
            requireNoFailure();
        }

        private Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
            requireNoFailure();
            return producer.send(record, (metadata, failed) -> {
                if (failed != null) {
                    failure.compareAndSet(null, failed);
                }
            });
        }

        private void requireNoFailure() {
            var failed = failure.get();
            if (failed != null) {
                throw new IllegalStateException("it was not acknowledged: " + failed.getMessage(), failed);
            }
        }

        long first() throws InterruptedException {
            try {
                return first == null ? 0 : first.get().offset();
            } catch (ExecutionException e) {
                throw new IllegalStateException("it was not acknowledged: " + e.getMessage(), e);
            }
        }
    }
}
