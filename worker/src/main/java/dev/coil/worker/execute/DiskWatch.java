package dev.coil.worker.execute;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.coil.worker.execute.ScriptEnd.Violation;
import dev.coil.worker.host.Bytes;
import dev.coil.worker.host.DiskSpace;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees that a workspace does not grow beyond its limit, and whether the file system became full meanwhile.
 *
 * <p>To measure a tree is slow, and done by du(1), which knows sparse files, hard links, paths of any depth and names of any bytes. But
 * a tree cannot have grown by more than the file system has lost, so it is measured only when that much is gone; and now and then, as
 * others may have freed space. Never does measuring take more than a small part of the time.
 */
final class DiskWatch implements Watch {

    private static final Logger log = LoggerFactory.getLogger(DiskWatch.class);

    private static final long AT_LEAST_EVERY = Duration.ofSeconds(60).toNanos();
    private static final int REST_FACTOR = 10;

    private final Path workspace;
    private final DiskSpace space;
    private final long limit;

    private @Nullable Process measuring;
    private long begunAt;
    private long freeAtBegin;
    private long measuredAt;
    private long tookNanos;
    /** What is known: the size of the tree when that much was free. */
    private long size;

    private long freeThen;
    private boolean full;
    private boolean unmeasurable;

    /** @param space of the file system that the workspace is on */
    DiskWatch(Path workspace, DiskSpace space, long limit) {
        this.workspace = workspace;
        this.space = space;
        this.limit = limit;
        this.freeThen = space.unallocated();
        // What was fetched before is not known yet.
        this.size = limit;
    }

    /** Whether there was ever no space left. */
    boolean wasFull() {
        full = full || space.isFull();
        return full;
    }

    @Override
    public @Nullable Violation look() {
        wasFull();
        if (measuring != null) {
            return measuring.isAlive() ? null : measured(measuring);
        }
        long now = System.nanoTime();
        boolean rested = measuredAt == 0 || now - measuredAt > REST_FACTOR * tookNanos;
        if (rested && !unmeasurable && (mayBeTooMuch() || now - measuredAt > AT_LEAST_EVERY)) {
            measure(now);
        }
        return null;
    }

    private boolean mayBeTooMuch() {
        return freeThen - space.unallocated() >= limit - size;
    }

    private void measure(long now) {
        freeAtBegin = space.unallocated();
        begunAt = now;
        try {
            measuring = new ProcessBuilder("du", "-skx", workspace.toString())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            measuring.getOutputStream().close();
        } catch (IOException e) {
            giveUp(e.getMessage());
        }
    }

    private @Nullable Violation measured(Process du) {
        measuring = null;
        measuredAt = System.nanoTime();
        tookNanos = measuredAt - begunAt;
        try (var said = du.getInputStream()) {
            // It fails when files vanish under it, but still says what the others take up; or nothing, if all is gone.
            var kibibytes = new String(said.readAllBytes(), US_ASCII).split("\\s", 2)[0];
            size = kibibytes.isEmpty() ? 0 : Long.parseLong(kibibytes) * 1024;
            freeThen = freeAtBegin;
        } catch (IOException | NumberFormatException e) {
            giveUp(e.getMessage());
        }
        return size > limit ? new Violation("disk", "used more than " + Bytes.text(limit) + " of disk") : null;
    }

    private void giveUp(@Nullable String why) {
        unmeasurable = true;
        log.warn("cannot measure workspaces with du, so their limit does not hold: {}", why);
    }

    @Override
    public void close() {
        if (measuring != null) {
            measuring.destroyForcibly();
        }
    }
}
