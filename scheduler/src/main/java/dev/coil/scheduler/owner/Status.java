package dev.coil.scheduler.owner;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What others may know of an owner, from any thread. */
public final class Status {

    private volatile boolean live;
    private volatile Set<String> workers = Set.of();
    private volatile long bytesWritten;
    private volatile @Nullable Exception failure;
    private volatile @Nullable String rebuilt;
    private volatile long checkpoint;

    /** @param present the incarnations of the workers that the fold knows of; goes on to be true */
    void live(Set<String> present) {
        workers = present;
        live = true;
        failure = null;
    }

    void failed(Exception reason) {
        failure = reason;
    }

    void down() {
        live = false;
        workers = Set.of();
    }

    void rebuilding(String reason) {
        rebuilt = reason;
    }

    void report(long bytes) {
        bytesWritten = bytes;
    }

    /** Whether it has replayed everything that was there before it. */
    public boolean isLive() {
        return live;
    }

    /** Why the last ownership ended; {@code null} if it did not fail, or the next one is live. */
    public @Nullable Exception failure() {
        return failure;
    }

    /** Why the store was made anew from the command log; {@code null} if it was not. */
    public @Nullable String rebuilt() {
        return rebuilt;
    }

    /** The incarnations of the workers that the fold knows of. */
    public Set<String> workers() {
        return workers;
    }

    void checkpoint(long position) {
        checkpoint = position;
    }

    /** The position of the last checkpoint that was written and read back; 0 if none was since this process began to own the partition. */
    public long checkpoint() {
        return checkpoint;
    }

    /** The bytes of keys and values stored since the store was opened. */
    public long bytesWritten() {
        return bytesWritten;
    }
}
