package dev.coil.viewer.logs;

import dev.coil.protocol.log.Topics;
import dev.coil.protocol.log.UnreadableLog;

/** The log topic cannot be read: a file of it is damaged. What tasks print can no longer be stored. */
public final class LogsUnreadable extends RuntimeException {
    LogsUnreadable(Throwable cause) {
        super(Topics.LOGS + " is damaged: " + UnreadableLog.reason(cause), cause);
    }
}
