package dev.coil.scheduler.owner;

import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.KafkaUnusable;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.store.Identity;
import dev.coil.scheduler.store.RocksStore;
import dev.coil.scheduler.store.StoreDamaged;
import dev.coil.scheduler.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.zip.CRC32C;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a partition's store and makes sure that it is a cache of this very log; otherwise it is rebuilt, or the start refused. */
final class PartitionStore {

    private static final Logger log = LoggerFactory.getLogger(PartitionStore.class);

    private PartitionStore() {}

    static RocksStore open(KafkaSettings settings, Admin admin, int partition, Path directory, Status status)
            throws IOException {
        var wanted = identity(admin, partition);
        var found = Identity.read(directory);
        var files = directory.resolve("db");
        if (found != null
                && found.clusterId().equals(wanted.clusterId())
                && found.topicId().equals(wanted.topicId())
                && found.partitions() != wanted.partitions()) {
            throw new KafkaUnusable(
                    "topic " + Topics.COMMANDS + " has " + wanted.partitions() + " partitions but had "
                            + found.partitions()
                            + " when " + directory + " was written: projects would change their partition."
                            + " Restore the topic, or start with an empty cluster",
                    null);
        }
        if (!wanted.equals(found)) {
            if (found != null) {
                rebuild(directory, "is of another log or layout", status);
            }
            RocksStore.discard(files);
            wanted.write(directory);
            return RocksStore.open(files);
        }
        RocksStore store;
        try {
            store = RocksStore.open(files);
        } catch (StoreDamaged e) {
            rebuild(directory, "is damaged (" + e.getMessage() + ")", status);
            RocksStore.discard(files);
            return RocksStore.open(files);
        }
        String mismatch;
        try {
            mismatch = mismatch(settings, partition, store);
        } catch (StoreFailure | UnreadableRecord e) {
            mismatch = e.getMessage();
        }
        if (mismatch.isEmpty()) {
            return store;
        }
        rebuild(directory, "does not fit the command log (" + mismatch + ")", status);
        store.close();
        RocksStore.discard(files);
        return RocksStore.open(files);
    }

    private static void rebuild(Path directory, String reason, Status status) {
        var notice = "the store in " + directory + " " + reason + "; it is rebuilt from the command log";
        log.warn(notice);
        status.rebuilding(notice);
    }

    /** Has the store rebuilt when it is opened next. */
    static void distrust(Path directory) throws IOException {
        Identity.forget(directory);
    }

    private static Identity identity(Admin admin, int partition) {
        try {
            var topic = admin.describeTopics(List.of(Topics.COMMANDS))
                    .allTopicNames()
                    .get()
                    .get(Topics.COMMANDS);
            return new Identity(
                    admin.describeCluster().clusterId().get(),
                    topic.topicId().toString(),
                    topic.partitions().size(),
                    partition,
                    Identity.LAYOUT);
        } catch (ExecutionException e) {
            throw new KafkaUnusable(
                    "cannot describe " + Topics.COMMANDS + ": " + e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnusable("interrupted while describing " + Topics.COMMANDS, e);
        }
    }

    /** What is wrong between the store's position and the log; empty if nothing. */
    private static String mismatch(KafkaSettings settings, int partition, RocksStore store) {
        var state = store.overlay();
        long position = Meta.POSITION.get(state);
        if (position == 0) {
            return "";
        }
        var topic = new TopicPartition(Topics.COMMANDS, partition);
        try (var consumer = settings.consumer()) {
            consumer.assign(List.of(topic));
            if (consumer.endOffsets(List.of(topic)).get(topic) < position) {
                return "the log ends before offset " + position;
            }
            consumer.seek(topic, position - 1);
            for (var record : consumer.poll(Duration.ofSeconds(10))) {
                return record.offset() == position - 1 && hash(record.value()) == Meta.LAST_HASH.get(state)
                        ? ""
                        : "the record at offset " + (position - 1) + " is another one";
            }
            return "the record at offset " + (position - 1) + " cannot be read";
        }
    }

    static long hash(byte[] value) {
        var crc = new CRC32C();
        crc.update(value);
        return crc.getValue();
    }
}
