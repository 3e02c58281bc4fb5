package dev.coil.protocol.log;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
import dev.coil.protocol.space.Tombstone;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;

/** How the space is a compacted topic: a ready task is a record, its end a tombstone with a header that says why. */
public final class SpaceTopic {

    private static final String HEADER = "tombstone";

    private SpaceTopic() {}

    public static ProducerRecord<byte[], byte[]> put(int partition, ReadyTask task) {
        var topic = Topics.space(task.requirement().family());
        return new ProducerRecord<>(topic, partition, task.ref().key().getBytes(UTF_8), Codec.encode(task));
    }

    public static ProducerRecord<byte[], byte[]> remove(
            String family, int partition, TaskRef task, Tombstone tombstone) {
        var record = new ProducerRecord<byte[], byte[]>(
                Topics.space(family), partition, task.key().getBytes(UTF_8), null);
        record.headers().add(HEADER, Codec.encode(tombstone));
        return record;
    }

    public static SpaceChange read(ConsumerRecord<byte[], byte[]> record) {
        if (record.value() != null) {
            return new SpaceChange.Put(Codec.read(ReadyTask.class, record.value()));
        }
        return new SpaceChange.Remove(
                TaskRef.parse(new String(record.key(), UTF_8)),
                Codec.read(Tombstone.class, record.headers().lastHeader(HEADER).value()));
    }
}
