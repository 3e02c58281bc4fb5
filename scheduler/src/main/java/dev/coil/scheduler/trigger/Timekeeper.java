package dev.coil.scheduler.trigger;

import dev.coil.protocol.graph.trigger.Schedule;
import dev.coil.scheduler.trigger.TriggerRecord.Seen;
import dev.coil.scheduler.trigger.TriggerRecord.Tick;
import dev.coil.scheduler.trigger.TriggerRecord.Timetable;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees when the time of a schedule has come; that is a change like any other. What came while no node was there is made up for by one run,
 * of the last of those times. The time is part of the change's id, so it comes once, whoever leads and however clocks are set.
 */
final class Timekeeper implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Timekeeper.class);
    private static final Duration AHEAD = Duration.ofDays(1);
    private static final long LOOK_MILLIS = 1_000;

    private final Predicate<String> isSetUp;
    private final TriggerState triggers;
    private final TriggerWriter writer;
    private final BooleanSupplier leads;
    private final InstantSource clock;
    private final Thread thread;

    /** @param isSetUp of a project, whether runs of it start by themselves */
    Timekeeper(
            Predicate<String> isSetUp,
            TriggerState triggers,
            TriggerWriter writer,
            BooleanSupplier leads,
            InstantSource clock) {
        this.isSetUp = isSetUp;
        this.triggers = triggers;
        this.writer = writer;
        this.leads = leads;
        this.clock = clock;
        thread = new Thread(this::run, "coil-timekeeper");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                lookWhileLeading();
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            log.debug("interrupted");
        }
    }

    private void lookWhileLeading() {
        try {
            if (leads.getAsBoolean()) {
                lookOnce();
            }
        } catch (RuntimeException e) {
            log.error("cannot see which times have come: {}", e.getMessage(), e);
        }
    }

    void lookOnce() {
        for (var timetable : triggers.timetables()) {
            if (isSetUp.test(timetable.project())) {
                for (var entry : timetable.entries()) {
                    try {
                        look(timetable, entry.schedule());
                    } catch (RuntimeException e) {
                        log.error(
                                "cannot start what {} wants at {}: {}", timetable.project(), entry, e.getMessage(), e);
                    }
                }
            }
        }
    }

    private void look(Timetable timetable, Schedule schedule) {
        var project = timetable.project();
        var last = triggers.tick(project, schedule.key());
        var now = clock.instant();
        // A schedule that went and came again begins anew.
        long known = Math.max(last.orElse(0), timetable.at());
        if (known > now.plus(AHEAD).toEpochMilli()) {
            beginAnew(timetable, schedule, now);
            return;
        }
        var since = Instant.ofEpochMilli(known);
        var due = schedule.next(since).filter(time -> !time.isAfter(now));
        if (due.isEmpty()) {
            return;
        }
        var tick = due.get();
        for (var next = schedule.next(tick); next.isPresent() && !next.get().isAfter(now); next = schedule.next(tick)) {
            tick = next.get();
        }
        var id = "at-" + Integer.toHexString(schedule.key().hashCode()) + "-" + tick;
        if (triggers.change(project, id).isEmpty()) {
            var commit = triggers.tips(project).getOrDefault(timetable.ref(), timetable.commit());
            writer.write(new Seen(
                    project, id, now.toEpochMilli(), Change.schedule(timetable.ref(), commit, schedule.tasks())));
        }
        writer.write(new Tick(project, schedule.key(), tick.toEpochMilli()));
    }

    /** What a clock wrote that was far ahead is no reason to wait until then. */
    private void beginAnew(Timetable timetable, Schedule schedule, Instant now) {
        log.warn("the clock was ahead when {} was looked at last: its schedules begin anew", timetable.project());
        long at = now.toEpochMilli();
        writer.write(new Tick(timetable.project(), schedule.key(), at));
        writer.write(new Timetable(
                timetable.project(),
                timetable.ref(),
                timetable.commit(),
                Math.min(at, timetable.at()),
                timetable.entries()));
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(5));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
