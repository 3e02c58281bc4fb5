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
import java.util.List;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Opens a partition's store and makes sure that it is a cache of this very log; otherwise it is rebuilt, or the start refused. */
final class PartitionStore {

    private static final Logger log = LoggerFactory.getLogger(PartitionStore.class);

    private final KafkaSettings settings;
    private final Path directory;
    private final Identity wanted;
    private final Status status;

    private PartitionStore(KafkaSettings settings, Path directory, Identity wanted, Status status) {
        this.settings = settings;
        this.directory = directory;
        this.wanted = wanted;
        this.status = status;
    }

    static RocksStore open(KafkaSettings settings, Identity wanted, Path directory, Status status) throws IOException {
        return new PartitionStore(settings, directory, wanted, status).open();
    }

    private RocksStore open() throws IOException {
        var found = Identity.read(directory);
        requireTopic(found);
        requirePartitions(found);
        if (!wanted.equals(found)) {
            return rebuilt(found == null ? "" : "is of another log or layout");
        }
        RocksStore store;
        try {
            store = RocksStore.open(files());
        } catch (StoreDamaged e) {
            return rebuilt("is damaged (" + e.getMessage() + ")");
        }
        String mismatch;
        try {
            mismatch = mismatch(store);
        } catch (StoreFailure | UnreadableRecord e) {
            mismatch = String.valueOf(e.getMessage());
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
        if (mismatch.isEmpty()) {
            return store;
        }
        store.close();
        return rebuilt("does not fit the logs (" + mismatch + ")");
    }

    private Path files() {
        return directory.resolve("db");
    }

    /** What is here may be all that is left of the state. */
    private void requireTopic(@Nullable Identity found) {
        if (found != null
                && found.clusterId().equals(wanted.clusterId())
                && !found.topicId().equals(wanted.topicId())) {
            throw new LogReplaced("topic " + Topics.COMMANDS + " was deleted and made anew since " + directory
                    + " was written; who wants to begin anew removes that directory");
        }
    }

    private void requirePartitions(@Nullable Identity found) {
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
    }

    /** @param reason why the store that is there is of no use; empty if there is none */
    private RocksStore rebuilt(String reason) throws IOException {
        var origin = new Restoration(settings, wanted.partition(), directory, wanted).run();
        if (!reason.isEmpty()) {
            var notice = "the store in " + directory + " " + reason + "; it is rebuilt from " + origin;
            log.warn(notice);
            status.rebuilding(notice);
        }
        return RocksStore.open(files());
    }

    /** Has the store rebuilt when it is opened next. */
    static void distrust(Path directory) throws IOException {
        Identity.forget(directory);
    }

    static Identity identity(Admin admin, int partition) {
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

    /** What is wrong between the store and the logs; empty if nothing. */
    private String mismatch(RocksStore store) {
        var state = store.overlay();
        long position = Meta.POSITION.get(state);
        var commands = CommandPrefix.mismatch(settings, wanted.partition(), position, Meta.LAST_HASH.get(state));
        if (!commands.isEmpty()) {
            return commands;
        }
        if (position == 0) {
            // RocksDB makes its files anew, without a word, where none is left.
            long end = CommandPrefix.range(settings, wanted.partition()).end();
            return end == 0 ? "" : "it is empty, and " + Topics.COMMANDS + " has " + end + " commands";
        }
        // It is stored after its events are in their log; those that are not there were lost with the power.
        long told = LastEvent.seq(settings, wanted.partition());
        long last = Meta.SEQ.get(state);
        return told >= last ? "" : "it knows " + last + " events, of which only " + told + " are in " + Topics.EVENTS;
    }
}
