package dev.coil.worker.presence;

import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.host.WorkerDirectory;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What stays of a worker through its sessions, and the incarnation of the present one. Safe for many threads. */
public final class Incarnations {

    private final WorkerDirectory directory;
    private final String name;
    private final Attributes attributes;
    private final int slots;
    private final String version;
    private final long startedAt;
    private final OwnerRules rules;
    private boolean leaving;
    private boolean drained;
    private @Nullable String unfit;
    private @Nullable String incarnation;

    /**
     * @param startedAt milliseconds since the epoch
     * @param rules which tasks the owner lets it take
     */
    public Incarnations(
            WorkerDirectory directory,
            String name,
            Attributes attributes,
            int slots,
            String version,
            long startedAt,
            OwnerRules rules) {
        this.directory = directory;
        this.name = name;
        this.attributes = attributes;
        this.slots = slots;
        this.version = version;
        this.startedAt = startedAt;
        this.rules = rules;
    }

    /** The present one; {@code null} between two. */
    public synchronized @Nullable WorkerInfo present() {
        return incarnation == null ? null : info(incarnation);
    }

    /** The worker as it announces itself; its incarnation is empty between two. */
    public synchronized WorkerInfo info() {
        return info(incarnation == null ? "" : incarnation);
    }

    private WorkerInfo info(String incarnation) {
        return new WorkerInfo(
                name,
                directory.workerId(),
                incarnation,
                attributes,
                slots,
                version,
                startedAt,
                leaving || drained,
                null,
                rules.isNone() ? null : rules,
                unfit);
    }

    synchronized WorkerInfo presentOrNew() throws IOException {
        if (incarnation == null) {
            var made = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
            directory.noteIncarnation(made);
            incarnation = made;
        }
        return info(incarnation);
    }

    synchronized void end() {
        incarnation = null;
    }

    synchronized void leave() {
        leaving = true;
    }

    synchronized void unfit(@Nullable String trouble) {
        unfit = trouble;
    }

    /** Returns whether that is new. */
    synchronized boolean drained(boolean now) {
        boolean changed = drained != now;
        drained = now;
        return changed;
    }
}
