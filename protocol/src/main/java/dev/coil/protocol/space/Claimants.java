package dev.coil.protocol.space;

import dev.coil.protocol.graph.TaskRef;
import java.util.Collection;

/**
 * Who of several workers claims first. Each ranks itself by a rendezvous hash of task and worker (Thaler and Ravishankar, 1998), so
 * all agree without a word; the first claims at once, the next ones a little later if the task is still there.
 */
public final class Claimants {

    /** Between one rank and the next. Longer than the way of a claim and its tombstone on a quiet machine. */
    public static final long STEP_MILLIS = 5;

    private static final int LAST_RANK = 20;

    private Claimants() {}

    /** How long {@code me} leaves the task to others, in milliseconds. {@code others} are the parties that match it too. */
    public static long delayMillis(TaskRef task, String me, Collection<String> others) {
        long mine = hash(task, me);
        int rank = 0;
        for (var other : others) {
            if (!other.equals(me) && Long.compareUnsigned(hash(task, other), mine) > 0) {
                rank++;
            }
        }
        return STEP_MILLIS * Math.min(rank, LAST_RANK);
    }

    private static long hash(TaskRef task, String worker) {
        long hash = 0xcbf29ce484222325L;
        var text = worker + '|' + task.key();
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash ^= hash >>> 33;
        hash *= 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        return hash;
    }
}
