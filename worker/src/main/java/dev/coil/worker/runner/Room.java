package dev.coil.worker.runner;

import dev.coil.worker.host.DiskSpace;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whether the worker's disk has room for another task; says when that changes. */
final class Room {

    private static final Logger log = LoggerFactory.getLogger(Room.class);

    private final DiskSpace space;
    private boolean there = true;

    Room(DiskSpace space) {
        this.space = space;
    }

    synchronized boolean isThere() {
        boolean before = there;
        there = !space.isScarce();
        if (before && !there) {
            log.warn("takes no tasks until there is more disk: {}", space);
        } else if (!before && there) {
            log.info("takes tasks again: {}", space);
        }
        return there;
    }
}
