package dev.coil.worker.http;

import java.time.Duration;

/**
 * How long a slot asks a node to let it wait for a task. Proxies on the way cut what is silent for long: where that happens twice in a
 * row, the slot asks for less, as it would otherwise be without a request that can be answered most of the time. For one thread.
 */
final class PollWait {

    static final Duration USUAL = Duration.ofSeconds(30);

    private static final Duration LEAST = Duration.ofSeconds(1);

    /** After so many answers in a row a longer wait is tried again: what cut requests may be gone. */
    private static final int PROBATION = 20;

    private Duration wait = USUAL;
    private int cuts;
    private int answers;

    Duration get() {
        return wait;
    }

    /** A request was answered. */
    void answered() {
        cuts = 0;
        answers++;
        if (answers % PROBATION == 0 && wait.compareTo(USUAL) < 0) {
            var more = wait.multipliedBy(2);
            wait = more.compareTo(USUAL) < 0 ? more : USUAL;
        }
    }

    /**
     * A request was not answered.
     *
     * @param after how long after it was sent that was clear
     * @return whether it may have been cut for its silence, so that the next one needs no pause
     */
    boolean brokeOff(Duration after) {
        if (after.compareTo(LEAST.multipliedBy(2)) < 0) {
            return false;
        }
        cuts++;
        answers = 0;
        if (cuts > 1) {
            var less = after.multipliedBy(2).dividedBy(3);
            wait = less.compareTo(wait) < 0 ? less : wait;
        }
        return true;
    }
}
