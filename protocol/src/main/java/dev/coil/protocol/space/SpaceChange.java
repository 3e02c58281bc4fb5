package dev.coil.protocol.space;

import dev.coil.protocol.graph.TaskRef;

/** A record of a space topic. */
public sealed interface SpaceChange {

    TaskRef task();

    /** A task became ready. */
    record Put(ReadyTask ready) implements SpaceChange {
        @Override
        public TaskRef task() {
            return ready.ref();
        }
    }

    /** A task is no longer to be had. */
    record Remove(TaskRef task, Tombstone tombstone) implements SpaceChange {}
}
