package dev.coil.scheduler.state;

import dev.coil.protocol.graph.Outcome;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * How far a run is. Of constant size: it is written with every result, whatever the size of the graph.
 *
 * @param total how many tasks it has
 * @param open how many have not ended
 * @param openRequired how many of those are not allowed to fail
 * @param ran how many ended after at least one attempt
 * @param ended how the tasks that are not allowed to fail ended, by {@link Outcome#ordinal()}
 * @param cancelled whether a person cancelled it
 * @param known the outcome, once all that are not allowed to fail have ended
 * @param status how far it is as a whole
 * @param place whether it has a place in its concurrency group, which it gives up when it has finished
 */
public record RunState(
        int total,
        int open,
        int openRequired,
        int ran,
        int[] ended,
        boolean cancelled,
        @Nullable Outcome known,
        RunStatus status,
        boolean place) {

    private static final int OUTCOMES = Outcome.values().length;
    private static final RunStatus[] STATUSES = RunStatus.values();

    /** None of its tasks has been released. */
    public static RunState submitted(int total, int required) {
        return new RunState(total, total, required, 0, new int[OUTCOMES], false, null, RunStatus.QUEUED, false);
    }

    public boolean finished() {
        return status == RunStatus.FINISHED;
    }

    /** A task ended. */
    public RunState end(boolean required, boolean attempted, Outcome outcome) {
        return moved(-1, required, attempted, outcome);
    }

    /** A task that had ended so is waiting again. */
    public RunState reopen(boolean required, boolean attempted, Outcome outcome) {
        return moved(1, required, attempted, outcome);
    }

    private RunState moved(int step, boolean required, boolean attempted, Outcome outcome) {
        var counts = ended;
        if (required) {
            counts = Arrays.copyOf(ended, OUTCOMES);
            counts[outcome.ordinal()] -= step;
        }
        return new RunState(
                total,
                open + step,
                openRequired + (required ? step : 0),
                ran - (attempted ? step : 0),
                counts,
                cancelled,
                known,
                status,
                place);
    }

    /** Tasks are added to it. */
    public RunState grow(int tasks, int required) {
        return new RunState(
                total + tasks, open + tasks, openRequired + required, ran, ended, cancelled, known, status, place);
    }

    public RunState cancel() {
        return new RunState(total, open, openRequired, ran, ended, true, known, status, place);
    }

    public RunState know(@Nullable Outcome outcome) {
        return new RunState(total, open, openRequired, ran, ended, cancelled, outcome, status, place);
    }

    /** Its tasks are released. */
    public RunState start(boolean withPlace) {
        return new RunState(total, open, openRequired, ran, ended, cancelled, known, RunStatus.STARTED, withPlace);
    }

    /** Some of its tasks are run again, as if nobody had cancelled it. */
    public RunState restart(boolean withPlace) {
        return new RunState(total, open, openRequired, ran, ended, false, null, RunStatus.STARTED, withPlace);
    }

    public RunState finish() {
        return new RunState(total, open, openRequired, ran, ended, cancelled, known, RunStatus.FINISHED, false);
    }

    /**
     * What the required tasks that have ended amount to. A cancelled run is cancelled; otherwise the worst of them counts: failure,
     * then timeout, then error, then cancelled. A run of which nothing ran is skipped. What is allowed to fail never counts.
     */
    public Outcome outcome() {
        if (cancelled) {
            return Outcome.CANCELLED;
        }
        for (var bad : new Outcome[] {Outcome.FAILURE, Outcome.TIMEOUT, Outcome.ERROR, Outcome.CANCELLED}) {
            if (ended[bad.ordinal()] > 0) {
                return bad;
            }
        }
        return ran == 0 && open == 0 ? Outcome.SKIPPED : Outcome.SUCCESS;
    }

    byte[] encode() {
        var out = ByteBuffer.allocate(16 + 4 * OUTCOMES + 4);
        out.putInt(total).putInt(open).putInt(openRequired).putInt(ran);
        for (int count : ended) {
            out.putInt(count);
        }
        out.put((byte) (cancelled ? 1 : 0))
                .put((byte) (known == null ? -1 : known.ordinal()))
                .put((byte) status.ordinal())
                .put((byte) (place ? 1 : 0));
        return out.array();
    }

    static RunState decode(byte[] bytes) {
        var in = ByteBuffer.wrap(bytes);
        int total = in.getInt();
        int open = in.getInt();
        int openRequired = in.getInt();
        int ran = in.getInt();
        var ended = new int[OUTCOMES];
        for (int i = 0; i < OUTCOMES; i++) {
            ended[i] = in.getInt();
        }
        boolean cancelled = in.get() == 1;
        int known = in.get();
        var status = STATUSES[in.get()];
        return new RunState(
                total,
                open,
                openRequired,
                ran,
                ended,
                cancelled,
                known < 0 ? null : Outcome.values()[known],
                status,
                in.get() == 1);
    }
}
