package dev.coil.scheduler.owner;

import dev.coil.protocol.log.Topics;
import java.nio.file.Path;

/** The beginning of the command log is gone, and what was to stand for it cannot be used. Nothing was removed. */
public final class StateUnrecoverable extends RuntimeException {
    StateUnrecoverable(int partition, long begin, Path store, String reasons) {
        super("partition " + partition + " cannot be folded: " + Topics.COMMANDS + " begins at offset " + begin
                + ", the store in " + store + " cannot be used, and no checkpoint in " + Topics.CHECKPOINTS + " can: "
                + reasons);
    }
}
