package dev.coil.viewer.projection;

import dev.coil.protocol.graph.Outcome;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Which tasks of a run have failed that may not. Changed by one thread; others read what {@link #now} gave it. */
final class Failing {

    private static final int NAMED = 3;

    private final BitSet tasks = new BitSet();
    private final BitSet timeouts = new BitSet();
    private final BitSet errors = new BitSet();

    /** @return whether that changed anything */
    boolean set(int task, @Nullable Outcome outcome) {
        boolean failed = outcome == Outcome.FAILURE || outcome == Outcome.ERROR || outcome == Outcome.TIMEOUT;
        if (tasks.get(task) == failed) {
            return false;
        }
        tasks.set(task, failed);
        timeouts.set(task, outcome == Outcome.TIMEOUT);
        errors.set(task, outcome == Outcome.ERROR);
        return true;
    }

    RunHead.Failed now() {
        return new RunHead.Failed(
                tasks.cardinality(),
                timeouts.cardinality(),
                errors.cardinality(),
                tasks.stream().limit(NAMED).boxed().toList());
    }
}
