package dev.coil.scheduler.owner;

/**
 * A topic that holds what nothing else has is not the one it was. To go on would mix two histories, or route projects to other partitions.
 */
public final class LogReplaced extends RuntimeException {

    /** @param message what became of it, and since when: {@code topic coil.commands is gone, while partition 0 was folded} */
    LogReplaced(String message) {
        super(message);
    }
}
