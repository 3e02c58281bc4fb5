package dev.coil.scheduler.owner;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.StagedSubmission;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What of a partition is older than what is kept, looked for every few seconds, and the sooner again if there was more. */
final class Expiry {

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /** Forgetting runs must not stand in the way of running others. */
    private static final int MOST = 20;

    private final Retention retention;
    private long nextLook;

    Expiry(Retention retention, long now) {
        this.retention = retention;
        nextLook = now;
    }

    /**
     * The commands that are due.
     *
     * @param clock the log's, in milliseconds since the epoch
     * @param now by the clock of {@link System#nanoTime()}
     */
    List<Command.OfOwner> look(State state, long epoch, long clock, long now) {
        if (now < nextLook) {
            return List.of();
        }
        var due = due(state, epoch, clock);
        nextLook = now + (due.isEmpty() ? QUIET_NANOS : BUSY_NANOS);
        return due;
    }

    List<Command.OfOwner> due(State state, long epoch, long clock) {
        var due = new ArrayList<Command.OfOwner>();
        state.scan(Table.STAGED, new byte[0], (key, staged) -> {
            if (clock - staged.at() >= StagedSubmission.ABANDONED_MILLIS) {
                due.add(new Command.DropSubmission(epoch, staged.id()));
            }
            return due.size() < MOST;
        });
        Map<String, Long> newest = new HashMap<>();
        state.scan(Table.FINISHED, new byte[0], (key, run) -> {
            long last = newest.computeIfAbsent(run.project(), project -> newest(state, project));
            if (!retention.keeps(run.number(), last, run.at(), clock)) {
                due.add(new Command.ForgetRun(epoch, run.project(), run.number()));
            }
            return due.size() < MOST;
        });
        return due;
    }

    private static long newest(State state, String project) {
        var last = state.get(Table.PROJECTS, Keys.text(project));
        return last == null ? 0 : last;
    }
}
