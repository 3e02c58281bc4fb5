package dev.coil.protocol.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** How a {@link LogChunk} is a Kafka record: key {@code project#run/task}, the bytes as they are, the rest in one header. */
public final class LogTopic {

    private static final String HEADER = "chunk";

    private LogTopic() {}

    public static ProducerRecord<byte[], byte[]> record(LogChunk chunk) {
        var record = new ProducerRecord<>(Topics.LOGS, chunk.task().key().getBytes(UTF_8), chunk.bytes());
        var header = ByteBuffer.allocate(4 + 8 + 8 + 4)
                .putInt(chunk.attempt())
                .putLong(chunk.offset())
                .putLong(chunk.at())
                .putInt(chunk.stream());
        record.headers().add(HEADER, header.array());
        return record;
    }

    public static LogChunk read(ConsumerRecord<byte[], byte[]> record) {
        var header = ByteBuffer.wrap(record.headers().lastHeader(HEADER).value());
        return new LogChunk(
                TaskRef.parse(new String(record.key(), UTF_8)),
                header.getInt(),
                header.getLong(),
                header.getLong(),
                header.getInt(),
                record.value());
    }
}
