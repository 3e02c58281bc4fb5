package dev.coil.protocol.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.control.Control;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** How a {@link Control} is a record: its key is the incarnation that it is for. */
public final class ControlTopic {

    private ControlTopic() {}

    public static ProducerRecord<byte[], byte[]> record(int partition, Control.StopClaim stop) {
        return new ProducerRecord<>(
                Topics.CONTROL, partition, stop.claim().incarnation().getBytes(UTF_8), Codec.encode(stop));
    }

    /** The incarnation that the record is for; {@code null} if it does not say. */
    static @Nullable String incarnation(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null ? null : new String(record.key(), UTF_8);
    }

    public static Control read(ConsumerRecord<byte[], byte[]> record) {
        return Codec.read(Control.class, record.value());
    }
}
