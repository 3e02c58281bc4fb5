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
 * Removes what the command log can make anew, from a directory whose node is down: the events, the spaces, the state that was folded, and who
 * was present. The next start makes it, and with it whatever the command log still explains; what only an event told is gone.
 */
final class Repair {

    private static final Logger log = LoggerFactory.getLogger(Repair.class);

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
        } catch (UncheckedIOException e) {
            throw new NodeStartException("cannot repair the node's directory: " + Reason.of(e.getCause()), e);
        } catch (IOException e) {
            throw new NodeStartException("cannot repair the node's directory: " + Reason.of(e), e);
        }
    }

    private static boolean isDerived(Path partition) {
        var name = partition.getFileName().toString();
        return name.startsWith(Topics.EVENTS + "-") || name.startsWith(Topics.space(""));
    }

    private static void remove(Path directory) {
        log.warn("repair: {} is removed, to be made anew from the commands", directory);
        FileTree.delete(directory);
    }
}
