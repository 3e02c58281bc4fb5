package dev.coil.scheduler.checkpoint;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.log.Topics;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * How parts of a checkpoint are records of {@link Topics#CHECKPOINTS}: the key is {@code id/number} of a piece, {@code id/manifest} of
 * the manifest. A record without a value removes what had its key.
 */
sealed interface CheckpointRecord {

    String MANIFEST = "manifest";

    /** Of which checkpoint it is; {@code null} if that cannot be told. */
    @Nullable
    CheckpointId id();

    /** A part of its entries. */
    record Piece(CheckpointId id, long number, byte[] bytes) implements CheckpointRecord {}

    /** Its end. */
    record End(CheckpointId id, Manifest manifest) implements CheckpointRecord {}

    /** Something of it is removed. */
    record Removed(CheckpointId id, String part) implements CheckpointRecord {}

    /** Nothing that this program knows. */
    record Unknown(@Nullable CheckpointId id) implements CheckpointRecord {}

    static ProducerRecord<byte[], byte[]> piece(int partition, CheckpointId id, long number, byte[] bytes) {
        return new ProducerRecord<>(Topics.CHECKPOINTS, partition, key(id, Long.toString(number)), bytes);
    }

    static ProducerRecord<byte[], byte[]> end(int partition, Manifest manifest) {
        return new ProducerRecord<>(
                Topics.CHECKPOINTS, partition, key(manifest.id(), MANIFEST), Codec.write(Manifest.class, manifest));
    }

    static ProducerRecord<byte[], byte[]> removal(int partition, CheckpointId id, String part) {
        return new ProducerRecord<>(Topics.CHECKPOINTS, partition, key(id, part), null);
    }

    private static byte[] key(CheckpointId id, String part) {
        return (id + "/" + part).getBytes(UTF_8);
    }

    static CheckpointRecord read(ConsumerRecord<byte[], byte[]> record) {
        CheckpointId id = null;
        try {
            var key = new String(record.key(), UTF_8).split("/", 2);
            id = CheckpointId.parse(key[0]);
            if (record.value() == null) {
                return new Removed(id, key[1]);
            }
            return key[1].equals(MANIFEST)
                    ? new End(id, Codec.read(Manifest.class, record.value()))
                    : new Piece(id, Long.parseLong(key[1]), record.value());
        } catch (IllegalArgumentException | IndexOutOfBoundsException | NullPointerException | UnreadableRecord e) {
            return new Unknown(id);
        }
    }
}
