package dev.coil.viewer.live;

import dev.coil.protocol.graph.TaskRef;
import dev.coil.viewer.logs.LogKey;
import dev.coil.viewer.logs.LogReader;
import dev.coil.viewer.logs.LogStore;
import dev.coil.viewer.projection.Attempt;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.TaskPhase;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The log of an attempt that may not have begun, and whose chunks may come after the news of its end. */
public final class AttemptLog implements AutoCloseable {

    /** How long the rest of a log is waited for when its size is known. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

    /** How long a log of unknown size must be quiet, as after its worker was lost. */
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final LogStore store;
    private final RunState run;
    private final int task;
    private @Nullable Integer number;
    private @Nullable LogReader reader;
    private long lastPosition = -1;
    private long movedAt;

    /** @param number of the attempt; {@code null} for the latest one at the time when there is one */
    public AttemptLog(LogStore store, RunState run, int task, @Nullable Integer number) {
        this.store = store;
        this.run = run;
        this.task = task;
        this.number = number;
    }

    /** Whether a log goes on. */
    public enum State {
        /** More may come. */
        GROWING,
        /** All of it has been read. */
        COMPLETE,
        /** No more will come, but the end was never seen. */
        CUT
    }

    public RunState run() {
        return run;
    }

    public int task() {
        return task;
    }

    /** @return {@code null} while there is none */
    public @Nullable Attempt attempt() {
        var state = run.task(task);
        if (number == null) {
            var latest = state.latestAttempt();
            number = latest == null ? null : latest.number();
        }
        return number == null ? null : state.attempt(number);
    }

    /** @return {@code null} while there is no attempt */
    public @Nullable LogReader reader() {
        var attempt = attempt();
        if (reader == null && attempt != null) {
            reader = store.reader(new LogKey(new TaskRef(run.project(), run.number(), task), attempt.number()));
        }
        return reader;
    }

    /** How many bytes are here now. */
    public long size() throws IOException {
        var log = reader();
        return log == null ? 0 : log.size();
    }

    /** To be asked again and again when nothing more could be read. */
    State state() {
        var attempt = attempt();
        if (attempt == null) {
            return run.task(task).phase() == TaskPhase.FINISHED ? State.COMPLETE : State.GROWING;
        }
        if (!attempt.finished()) {
            return State.GROWING;
        }
        long position = reader == null ? 0 : reader.position();
        if (attempt.logBytes() >= 0 && position >= attempt.logBytes()) {
            return State.COMPLETE;
        }
        long now = System.nanoTime();
        if (position != lastPosition) {
            lastPosition = position;
            movedAt = now;
        }
        long patience = attempt.logBytes() < 0 ? QUIET_NANOS : PATIENCE_NANOS;
        return now - movedAt > patience ? State.CUT : State.GROWING;
    }

    /** Whether all of the log is here; {@code false} as well if nobody knows. */
    public boolean isWhole() throws IOException {
        var attempt = attempt();
        return attempt != null && attempt.logBytes() >= 0 && size() >= attempt.logBytes();
    }

    @Override
    public void close() throws IOException {
        if (reader != null) {
            reader.close();
        }
    }
}
