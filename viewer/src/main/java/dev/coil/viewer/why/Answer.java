package dev.coil.viewer.why;

import java.util.List;

/**
 * Why a task waits.
 *
 * @param reasons in order; empty if it does not wait
 * @param ahead how many ready tasks come before it, of those that its workers could take; 0 unless it is ready
 * @param startsInMillis about how long it will take until it starts, by how long the like of what is before it took; -1 if nobody can
 *     know. Of a task that waits for others, until those have ended
 */
public record Answer(List<Reason> reasons, int ahead, long startsInMillis) {

    static Answer of(Reason reason) {
        return new Answer(List.of(reason), 0, Estimate.UNKNOWN);
    }
}
