package dev.coil.ops.node;

import dev.coil.ops.files.FileTree;
import dev.coil.ops.files.Reason;
import dev.coil.protocol.log.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what the command log can make anew, or what was only on its way, from a directory whose node is down: all topics but the command log,
 * the state that was folded, and who was present. The next start makes the events and the spaces anew, as far as the commands explain
 * them; what only an event told is gone. What tasks printed is in the viewer's directory, which stays.
 */
final class Repair {

    private static final Logger log = LoggerFactory.getLogger(Repair.class);

    private static final String OURS = "coil.";

    private Repair() {}

    /** @throws NodeStartException if something cannot be removed */
    static void of(NodeHome home) {
        try {
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

    private static boolean isDerived(Path partition) {
        var name = partition.getFileName().toString();
        return name.startsWith(OURS) && !name.startsWith(Topics.COMMANDS + "-");
    }

    private static void remove(Path directory) {
        log.warn("repair: {} is removed, to be made anew from the commands", directory);
        FileTree.delete(directory);
    }
}
