package dev.coil.scheduler.dispatch;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A granted claim in its worker's hands. Made and ended by the dispatcher; requests tell it that the worker spoke. */
final class Lease {

    /** What a record of a log takes beside what was printed. */
    private static final int PIECE_BYTES = 64;

    final ClaimToken token;
    final Session session;

    /** When it began, by {@link System#nanoTime()}. */
    final long since = System.nanoTime();

    /** How much of the log is kept without a gap; negative if that is not known, as it began at another gateway. */
    final AtomicLong kept;

    /** What was written of the log so far, also more than once: as much as it would have been in few pieces. */
    private final AtomicLong written = new AtomicLong();

    private volatile long heard = since;
    private volatile boolean spokenOf;
    private volatile @Nullable String stopReason;
    private volatile boolean ending;

    Lease(ClaimToken token, Session session, boolean takenOver) {
        this.token = token;
        this.session = session;
        kept = new AtomicLong(takenOver ? -1 : 0);
        spokenOf = takenOver;
    }

    /** Whether so many bytes more of the log may be written; if so, they are counted. Small pieces are large ones to Kafka. */
    boolean mayWrite(long bytes) {
        return written.addAndGet(bytes + PIECE_BYTES) <= 2 * LogKeeper.MOST;
    }

    void hear() {
        heard = System.nanoTime();
        spokenOf = true;
    }

    /** When the worker last spoke of it; when it began, if it never did. */
    long heard() {
        return heard;
    }

    boolean isSpokenOf() {
        return spokenOf;
    }

    /** Whoever decides has ended the claim. */
    void stop(String reason) {
        stopReason = reason;
    }

    @Nullable
    String stopReason() {
        return stopReason;
    }

    /** Whether the end of it is on its way to the log. */
    boolean isEnding() {
        return ending;
    }

    void ending(boolean now) {
        ending = now;
    }
}
