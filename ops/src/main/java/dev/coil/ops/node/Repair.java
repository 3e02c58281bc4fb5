package dev.coil.ops.node;

import dev.coil.ops.damage.KafkaFiles;
import dev.coil.ops.files.FileTree;
import dev.coil.protocol.log.Topics;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what the command log can make anew, or what was only on its way, from a directory whose node is down: all topics but the
 * command log, the checkpoints that stand for its beginning, and what people have decided (which commands are left out, who is let in);
 * the state that was folded, and who was present. The next start makes the events and the spaces anew, as far as the commands explain
 * them; what only an event told is gone. What tasks printed is in the viewer's directory, which stays.
 */
final class Repair {

    private static final Logger log = LoggerFactory.getLogger(Repair.class);

    private static final String OURS = "coil.";

    private Repair() {}

    /** @throws NodeStartException if the commands cannot be read, when nothing is removed, or if something cannot be removed */
    static void of(NodeHome home) {
        try {
            requireCommands(home);
            if (Files.isDirectory(home.kafka())) {
                try (var partitions = Files.newDirectoryStream(home.kafka(), Repair::isDerived)) {
                    for (var partition : partitions) {
                        remove(partition);
                    }
                }
            }
            remove(home.scheduler());
            remove(home.zookeeper());
            // It names a place in a topic that begins anew.
            Files.deleteIfExists(home.viewer().resolve("logs").resolve("positions"));
        } catch (UncheckedIOException e) {
            throw new NodeStartException("cannot repair the node's directory: " + Reason.of(e.getCause()), e);
        } catch (IOException e) {
            throw new NodeStartException("cannot repair the node's directory: " + Reason.of(e), e);
        }
    }

    /** What they cannot make anew any more must stay. An end that cannot be read is cut off by the broker. */
    private static void requireCommands(NodeHome home) throws IOException {
        var files = new KafkaFiles(home.kafka());
        for (var damage : files.read(Topics.COMMANDS)) {
            if (!damage.atTheEnd()) {
                throw new NodeStartException(damage
                        + ", so that nothing can be made anew from the commands; nothing was removed. Restore Kafka's data"
                        + " from a copy, or start with another COIL_HOME. A node that still has its state may start"
                        + " without --repair");
            }
            log.warn("repair: {}, which is cut off", damage);
            files.haveEndsCut();
        }
    }

    private static boolean isDerived(Path partition) {
        var name = partition.getFileName().toString();
        return name.startsWith(OURS)
                && !name.startsWith(Topics.COMMANDS + "-")
                && !name.startsWith(Topics.CHECKPOINTS + "-")
                && !name.startsWith(Topics.QUARANTINE + "-")
                && !name.startsWith(Topics.ACCESS + "-");
    }

    private static void remove(Path directory) {
        log.warn("repair: {} is removed, to be made anew from the commands", directory);
        FileTree.delete(directory);
    }
}
