package dev.coil.scheduler.checkpoint;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.OffsetOutOfRangeException;

/** Removes what checkpoints have made superfluous. */
public final class Removal {

    private final KafkaSettings settings;
    private final int partition;

    public Removal(KafkaSettings settings, int partition) {
        this.settings = settings;
        this.partition = partition;
    }

    /** Removes the commands before an offset. */
    public void commandsBefore(long offset) throws InterruptedException {
        before(new TopicPartition(Topics.COMMANDS, partition), offset);
    }

    /** Removes all records of checkpoints before an offset at once; of others compaction takes its time. */
    public void checkpointsBefore(long offset) throws InterruptedException {
        before(new TopicPartition(Topics.CHECKPOINTS, partition), offset);
    }

    private void before(TopicPartition topic, long offset) throws InterruptedException {
        try (var admin = settings.admin()) {
            admin.deleteRecords(Map.of(topic, RecordsToDelete.beforeOffset(offset)))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            if (!(e.getCause() instanceof OffsetOutOfRangeException)) {
                throw new IllegalStateException(
                        "cannot remove records of " + topic + ": "
                                + e.getCause().getMessage(),
                        e.getCause());
            }
        }
    }

    /** Removes checkpoints from among others, given how many pieces each has. First their manifests: without that, one is none. */
    public void checkpoints(Map<CheckpointId, Long> pieces) {
        try (var producer = settings.producer()) {
            for (var id : pieces.keySet()) {
                producer.send(CheckpointRecord.removal(partition, id, CheckpointRecord.MANIFEST));
            }
            pieces.forEach((id, count) -> {
                for (long piece = 0; piece < count; piece++) {
                    producer.send(CheckpointRecord.removal(partition, id, Long.toString(piece)));
                }
            });
            producer.flush();
        }
    }
}
