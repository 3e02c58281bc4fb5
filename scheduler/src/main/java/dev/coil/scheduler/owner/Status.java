package dev.coil.scheduler.owner;

import dev.coil.protocol.tuple.WorkerInfo;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** What others may know of an owner, from any thread. */
public final class Status {

    private volatile boolean live;
    private volatile Set<String> workers = Set.of();
    private volatile long bytesWritten;

    void live() {
        live = true;
    }

    void down() {
        live = false;
        workers = Set.of();
    }

    void workers(List<WorkerInfo> present) {
        workers = present.stream().map(WorkerInfo::incarnation).collect(Collectors.toUnmodifiableSet());
    }

    void report(long bytes) {
        bytesWritten = bytes;
    }

    /** Whether it has replayed everything that was there before it. */
    public boolean isLive() {
        return live;
    }

    /** The incarnations of the workers that the fold knows of. */
    public Set<String> workers() {
        return workers;
    }

    /** The bytes of keys and values stored since the store was opened. */
    public long bytesWritten() {
        return bytesWritten;
    }
}
