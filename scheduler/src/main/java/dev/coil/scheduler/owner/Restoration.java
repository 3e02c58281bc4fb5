package dev.coil.scheduler.owner;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.checkpoint.Checkpoint;
import dev.coil.scheduler.checkpoint.CheckpointLog;
import dev.coil.scheduler.checkpoint.Origin;
import dev.coil.scheduler.store.Identity;
import dev.coil.scheduler.store.Layouts;
import dev.coil.scheduler.store.RocksStore;
import dev.coil.scheduler.store.StoreFiller;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes a partition's store anew, of the newest checkpoint that is of use; without any the store is empty, if all commands are
 * there to be folded again. What was there before is removed only when it is known what takes its place.
 */
final class Restoration {

    private static final Logger log = LoggerFactory.getLogger(Restoration.class);

    private final KafkaSettings settings;
    private final int partition;
    private final Path directory;
    private final Identity identity;

    Restoration(KafkaSettings settings, int partition, Path directory, Identity identity) {
        this.settings = settings;
        this.partition = partition;
        this.directory = directory;
        this.identity = identity;
    }

    /**
     * Returns what the store is made of.
     *
     * @throws StateUnrecoverable if there is nothing to make it of
     */
    String run() throws IOException {
        if (CommandPrefix.range(settings, partition).end() == 0) {
            fill(new CheckpointLog(settings, partition), null);
            return "the command log";
        }
        var checkpoints = new CheckpointLog(settings, partition);
        var candidates = judge(checkpoints.read(0).checkpoints());
        while (true) {
            var range = CommandPrefix.range(settings, partition);
            var events = new Origin.Events(LastEvent.seq(settings, partition), LastEvent.isEmpty(settings, partition));
            var origin = Origin.choose(candidates, range.begin(), events)
                    .orElseThrow(() ->
                            new StateUnrecoverable(partition, range.begin(), directory, reasons(candidates, events)));
            var checkpoint = origin.checkpoint();
            var flaw = fill(checkpoints, checkpoint);
            if (flaw.isEmpty()) {
                return checkpoint == null
                        ? "the command log"
                        : "the checkpoint at offset " + checkpoint.position() + " and the commands after it";
            }
            log.warn("partition {}: cannot use the checkpoint {}: {}", partition, checkpoint, flaw);
            candidates.replaceAll(candidate -> candidate.equals(checkpoint) ? candidate.flawed(flaw) : candidate);
        }
    }

    /** Until it is whole and on the disk, the directory says that its store is nobody's. */
    private String fill(CheckpointLog checkpoints, @Nullable Checkpoint checkpoint) throws IOException {
        Identity.forget(directory);
        var files = directory.resolve("db");
        RocksStore.discard(files);
        if (checkpoint != null) {
            log.info(
                    "partition {}: loading the checkpoint at offset {}, {} entries",
                    partition,
                    checkpoint.position(),
                    checkpoint.manifest().entries());
            try (var filler = new StoreFiller(files)) {
                var sink = Layouts.KNOWN.from(checkpoint.manifest().layout(), filler);
                var flaw = checkpoints.load(checkpoint, sink);
                if (!flaw.isEmpty()) {
                    return flaw;
                }
            }
        }
        identity.write(directory);
        return "";
    }

    /** Finds out why some are of no use, besides that they are damaged. */
    private List<Checkpoint> judge(List<Checkpoint> found) {
        var judged = new ArrayList<Checkpoint>();
        for (var checkpoint : found) {
            judged.add(checkpoint.isWhole() ? checkpoint.flawed(flaw(settings, identity, checkpoint)) : checkpoint);
        }
        return judged;
    }

    /** Why a checkpoint that is what it was is of no use; empty if it is of use. */
    static String flaw(KafkaSettings settings, Identity identity, Checkpoint checkpoint) {
        var manifest = checkpoint.manifest();
        if (!manifest.clusterId().equals(identity.clusterId())
                || !manifest.topicId().equals(identity.topicId())) {
            return "it is of another log";
        }
        if (!Layouts.KNOWN.reads(manifest.layout())) {
            return "it has layout " + manifest.layout() + ", and this program knows layouts up to " + Identity.LAYOUT
                    + (manifest.layout() > Identity.LAYOUT ? ": start the newer Coil that wrote it" : "");
        }
        try {
            return CommandPrefix.mismatch(settings, identity.partition(), checkpoint.position(), manifest.lastHash());
        } catch (CommandsUnreadable e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String reasons(List<Checkpoint> candidates, Origin.Events events) {
        return candidates.isEmpty()
                ? "there is none"
                : candidates.stream()
                        .map(checkpoint -> "the one at offset " + checkpoint.position() + " as "
                                + (checkpoint.isWhole()
                                        ? Topics.EVENTS + " ends with event " + events.last() + ", before its event "
                                                + checkpoint.manifest().lastEvent()
                                        : checkpoint.flaw()))
                        .collect(Collectors.joining("; "));
    }
}
