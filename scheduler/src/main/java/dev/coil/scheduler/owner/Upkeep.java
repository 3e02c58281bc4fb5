package dev.coil.scheduler.owner;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.LogClock;
import dev.coil.scheduler.presence.Absentees;
import dev.coil.scheduler.presence.Drains;
import dev.coil.scheduler.presence.Presence;
import dev.coil.scheduler.presence.RollCall;
import dev.coil.scheduler.resolver.Resolver;
import dev.coil.scheduler.resolver.Rules;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.store.RocksStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What an owner does between batches. All of it is level-triggered: it compares what is with what the state says, and says so again
 * until the state agrees; saying it twice does no harm.
 */
final class Upkeep {

    private static final long CHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long FLUSH_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final int MOST_TIMERS = 200;

    /** How far the log's clock may be behind this one. */
    private static final long CLOCK_SKEW_MILLIS = 600_000;

    private final int partition;
    private final CommandLog commands;
    private final Presence presence;
    private final Drains drains;
    private final Resolver resolver;
    private final RocksStore store;
    private final Expiry expiry;
    private final EventTrim trim;
    private final int rules;

    private final Absentees absentees;
    private final RollCall rollCall;
    private final Map<String, Long> said = new HashMap<>();
    private final Sleep sleep = new Sleep(LogClock.SYSTEM.getAsLong());
    private long slept;
    private long timersFrom;
    private long nextCheck = System.nanoTime();
    private long nextFlush = System.nanoTime() + FLUSH_NANOS;

    Upkeep(
            int partition,
            CommandLog commands,
            Presence presence,
            Drains drains,
            Resolver resolver,
            RocksStore store,
            OwnerConfig config,
            EventTrim trim) {
        this.partition = partition;
        this.commands = commands;
        this.presence = presence;
        this.drains = drains;
        this.resolver = resolver;
        this.store = store;
        this.trim = trim;
        rules = config.rules();
        expiry = new Expiry(partition, config.retention(), store.overlay(), System.nanoTime());
        absentees = new Absentees(resolver.workers().all().values());
        rollCall = new RollCall(resolver.workers());
    }

    void run(long epoch) {
        long now = System.nanoTime();
        if (now < nextCheck) {
            return;
        }
        nextCheck = now + CHECK_NANOS;
        said.values().removeIf(at -> now - at > AGAIN_NANOS);
        long machine = LogClock.SYSTEM.getAsLong();
        noticeSleep(machine, now);
        long clock = machine + ahead();
        var picture = presence.picture();
        boolean begun = Meta.CHANGES_TOLD.get(store.overlay()) != 0;
        for (var change : rollCall.look(epoch, picture, begun, now)) {
            commands.append(partition, change);
        }
        for (var lost : absentees.look(picture, resolver.heldClaims().keySet(), now)) {
            var lose = new Command.LoseWorker(epoch, lost.incarnation(), lost.reason());
            say(now, "lose/" + lost.incarnation(), lose);
        }
        drains.tell(partition, resolver.drains());
        endPauses(clock, now);
        if (Rules.of(store.overlay()) < rules) {
            say(now, "rules", new Command.SwitchRules(epoch, rules));
        }
        fireTimers(epoch, clock, now);
        var clocks = new Expiry.Clocks(clock, System.currentTimeMillis());
        for (var command : expiry.look(store.overlay(), epoch, clocks, now)) {
            say(now, command.toString(), command);
        }
        var first = trim.look(store.overlay(), epoch, now);
        if (first != null) {
            say(now, "trim", first);
        }
        if (now > nextFlush) {
            nextFlush = now + FLUSH_NANOS;
            store.flush();
        }
    }

    private void endPauses(long clock, long now) {
        for (var pause : resolver.pauses()) {
            if (pause.until() > 0 && pause.until() <= clock) {
                var end = new Command.Resume("", pause.scope(), "the end that was set", pause.until());
                say(now, "resume/" + pause.scope() + '/' + pause.until(), end);
            }
        }
    }

    /** How far the log's clock is ahead of the broker's, which was set back since. */
    private long ahead() {
        var state = store.overlay();
        return Math.max(0, Meta.CLOCK.get(state) - Meta.APPENDED.get(state));
    }

    private void noticeSleep(long clock, long now) {
        long before = slept;
        slept = sleep.look(clock);
        if (slept > before) {
            absentees.awoke(now);
        }
    }

    private void fireTimers(long epoch, long clock, long now) {
        var due = new ArrayList<Timer>();
        var held = new ArrayList<Timer>();
        store.overlay().scan(Table.TIMERS, new byte[0], Keys.number(timersFrom), (key, at) -> {
            if (at > clock || due.size() == MOST_TIMERS) {
                return false;
            }
            var timer = Timer.ofKey(key);
            // While this process slept, so did the worker, perhaps, whose own clock is the one that counts.
            (timer.kind() == Timer.Kind.RUN && at + slept > clock ? held : due).add(timer);
            return true;
        });
        if (due.isEmpty() && held.isEmpty()) {
            // Later scans need not walk over all the timers that were deleted before now.
            timersFrom = clock - CLOCK_SKEW_MILLIS;
        }
        for (var timer : due) {
            say(now, timer.id(), new Command.FireTimer(epoch, timer.id()));
        }
    }

    /** Appends a command unless it was appended a moment ago. */
    private void say(long now, String id, Command command) {
        if (said.putIfAbsent(id, now) == null) {
            commands.append(partition, command);
        }
    }
}
