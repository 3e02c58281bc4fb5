package dev.coil.scheduler.trigger;

import dev.coil.protocol.graph.trigger.Schedule;
import dev.coil.scheduler.trigger.TriggerRecord.Seen;
import dev.coil.scheduler.trigger.TriggerRecord.Tick;
import dev.coil.scheduler.trigger.TriggerRecord.Timetable;
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
                if (leads.getAsBoolean()) {
                    lookOnce();
                }
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            log.debug("interrupted");
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
        // A schedule that went and came again begins anew.
        var since = Instant.ofEpochMilli(Math.max(last.orElse(0), timetable.at()));
        var now = clock.instant();
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
