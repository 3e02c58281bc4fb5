package dev.coil.protocol.log;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.event.EventRecord;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** How an {@link EventRecord} is a Kafka record: its time the record's, its sequence number a header. */
public final class EventTopic {

    /** The header that holds the sequence number, 8 bytes big-endian. */
    private static final String SEQ = "seq";

    private EventTopic() {}

    public static ProducerRecord<byte[], byte[]> record(EventRecord event) {
        var record = new ProducerRecord<byte[], byte[]>(
                Topics.EVENTS, event.partition(), event.at(), null, Codec.encode(event.event()));
        record.headers().add(SEQ, ByteBuffer.allocate(8).putLong(event.seq()).array());
        return record;
    }

    /** The sequence number of a record. */
    public static long seq(ConsumerRecord<byte[], byte[]> record) {
        return ByteBuffer.wrap(record.headers().lastHeader(SEQ).value()).getLong();
    }
}
