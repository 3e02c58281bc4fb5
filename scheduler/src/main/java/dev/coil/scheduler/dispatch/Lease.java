package dev.coil.scheduler.dispatch;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** A granted claim in its worker's hands. Made and ended by the dispatcher; requests tell it that the worker spoke. */
final class Lease {

    final ClaimToken token;
    final Session session;

    /** When it began, by {@link System#nanoTime()}. */
    final long since = System.nanoTime();

    /** How much of the log is kept without a gap; negative if that is not known, as it began at another gateway. */
    final AtomicLong kept;

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
