package dev.coil.scheduler.owner;

import dev.coil.protocol.command.Command;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.StagedSubmission;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of a partition is older than what is kept, looked for every few seconds, and the sooner again if there was more.
 *
 * <p>What is forgotten does not come back, so a clock is not believed at once when it says that much time has passed. Where it has passed,
 * as the machine was off, an hour more does no harm; where it has not, there is an hour to set the clock right.
 */
final class Expiry {

    private static final Logger log = LoggerFactory.getLogger(Expiry.class);

    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final long LEAP_MILLIS = TimeUnit.DAYS.toMillis(1);
    private static final long DOUBT_NANOS = TimeUnit.HOURS.toNanos(1);

    /** Forgetting runs must not stand in the way of running others. */
    private static final int MOST = 20;

    /** The clocks of a moment, in milliseconds since the epoch: the log's, and the machine's, which may have been set back since. */
    record Clocks(long log, long machine) {}

    private final int partition;
    private final Retention retention;
    private long nextLook;
    private long lastLook;
    private long lastMachine;

    /** @param state when the last command of it was taken is the time from which on the clock is watched */
    Expiry(int partition, Retention retention, State state, long now) {
        this.partition = partition;
        this.retention = retention;
        nextLook = now;
        lastLook = now;
        lastMachine = Meta.APPENDED.get(state);
    }

    /**
     * The commands that are due.
     *
     * @param now by the clock of {@link System#nanoTime()}
     */
    List<Command.OfOwner> look(State state, long epoch, Clocks clocks, long now) {
        if (hasLeapt(clocks.machine(), now)) {
            log.warn(
                    "partition {}: by the clock, more than a day has passed at once; nothing is forgotten for an hour, in which"
                            + " it can be set right",
                    partition);
            nextLook = now + DOUBT_NANOS;
        }
        if (now < nextLook) {
            return List.of();
        }
        var due = due(state, epoch, clocks);
        nextLook = now + (due.isEmpty() ? QUIET_NANOS : BUSY_NANOS);
        return due;
    }

    private boolean hasLeapt(long machine, long now) {
        long passed = TimeUnit.NANOSECONDS.toMillis(now - lastLook);
        boolean leapt = lastMachine > 0 && machine - lastMachine - passed > LEAP_MILLIS;
        lastLook = now;
        lastMachine = machine;
        return leapt;
    }

    List<Command.OfOwner> due(State state, long epoch, Clocks clocks) {
        var due = new ArrayList<Command.OfOwner>();
        state.scan(Table.STAGED, new byte[0], (key, staged) -> {
            if (clocks.log() - staged.at() >= StagedSubmission.ABANDONED_MILLIS) {
                due.add(new Command.DropSubmission(epoch, staged.id()));
            }
            return due.size() < MOST;
        });
        Map<String, Long> newest = new HashMap<>();
        state.scan(Table.FINISHED, new byte[0], (key, run) -> {
            long last = newest.computeIfAbsent(run.project(), project -> newest(state, project));
            // What ended while the clock was ahead is measured by the log's, which still is; all else is not made older
            // by that.
            long clock = run.at() > clocks.machine() ? clocks.log() : clocks.machine();
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
