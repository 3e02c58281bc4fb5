package dev.coil.scheduler.owner;

import dev.coil.protocol.log.Topics;

/**
 * The event log tells more than the command log explains: commands were lost, as a power failure can lose them. Nobody may own the
 * partition until either log has been brought in line with the other.
 */
public final class CommandsLost extends RuntimeException {
    CommandsLost(int partition, long told, long explained) {
        super(Topics.EVENTS + " has " + told + " events in partition " + partition + ", but " + Topics.COMMANDS
                + " explains only " + explained + ": its last records were lost, as a power failure can lose them");
    }
}
