package dev.coil.protocol.log;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.event.EventRecord;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** How an {@link EventRecord} is a Kafka record: its time the record's, its sequence number a header. */
public final class EventTopic {

    private EventTopic() {}

    public static ProducerRecord<byte[], byte[]> record(EventRecord event) {
        var record = new ProducerRecord<byte[], byte[]>(
                Topics.EVENTS, event.partition(), event.at(), null, Codec.encode(event.event()));
        record.headers()
                .add(EventTail.SEQ, ByteBuffer.allocate(8).putLong(event.seq()).array());
        return record;
    }
}
