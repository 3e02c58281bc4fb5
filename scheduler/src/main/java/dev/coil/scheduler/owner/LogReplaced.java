package dev.coil.scheduler.owner;

/**
 * A topic that holds what nothing else has is not the one it was. To go on would mix two histories, or route projects to other partitions.
 */
public final class LogReplaced extends RuntimeException {

    /** @param what became of it: {@code topic coil.commands is gone} */
    LogReplaced(int partition, String what) {
        super(what + ", while partition " + partition + " was folded");
    }
}
