package dev.coil.scheduler.owner;

import dev.coil.protocol.log.Topics;
import dev.coil.protocol.log.UnreadableLog;

/** A record of the command log cannot be read: its file is damaged, or cut off before the state was stored. */
public final class CommandsUnreadable extends RuntimeException {
    CommandsUnreadable(int partition, long offset, Throwable cause) {
        super(
                Topics.COMMANDS + " is damaged in partition " + partition + " at or after offset " + offset + ": "
                        + UnreadableLog.reason(cause),
                cause);
    }
}
