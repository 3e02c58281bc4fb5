package dev.coil.scheduler.trigger;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.graph.trigger.Schedule;
import dev.coil.protocol.project.ForkPolicy;
import dev.coil.protocol.project.ProjectSettings;
import dev.coil.protocol.seal.Seal;
import dev.coil.protocol.seal.SealBroken;
import dev.coil.scheduler.trigger.Launcher.Launch;
import dev.coil.scheduler.trigger.TriggerRecord.Result;
import dev.coil.scheduler.trigger.TriggerRecord.Seen;
import dev.coil.scheduler.trigger.TriggerRecord.Timetable;
import dev.coil.scheduler.trigger.TriggerRecord.Tip;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Handles the changes that were seen: each becomes a run, or it is written down why not. Of several nodes the elected one does it; should
 * two do it for a moment, both come to the same run, whose id is made of the change alone.
 *
 * <pre>
 *   Webhooks ─┐
 *             ├─▶ journal: Seen ─▶ TriggerLoop ─▶ Launcher ─▶ run; journal: Seen with its Result, Tip
 *   Poller  ──┘
 * </pre>
 *
 * The changes of one project are handled in their order, those of different projects beside each other. What cannot be reached is tried
 * again for a day.
 */
final class TriggerLoop implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(TriggerLoop.class);

    /** A forge may be down for a night. */
    private static final long PATIENCE_MILLIS = TimeUnit.HOURS.toMillis(24);

    private static final long LOOK_MILLIS = 1_000;
    private static final long FIRST_PAUSE_MILLIS = 1_000;
    private static final long LONGEST_PAUSE_MILLIS = 300_000;
    private static final int RUN_ID_DIGITS = 16;

    /** A change that could not be handled yet. */
    private record Pause(int failures, long since, long until) {}

    private final Function<String, Optional<ProjectSettings>> projects;
    private final TriggerState triggers;
    private final TriggerWriter writer;
    private final Launcher launcher;
    private final Seal seal;
    private final BooleanSupplier leads;
    private final ExecutorService threads;
    private final Thread thread;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final ConcurrentHashMap<String, Pause> pauses = new ConcurrentHashMap<>();

    /** @param threads in which projects are handled; shut down by whoever made them */
    TriggerLoop(
            Function<String, Optional<ProjectSettings>> projects,
            TriggerState triggers,
            TriggerWriter writer,
            Launcher launcher,
            Seal seal,
            BooleanSupplier leads,
            ExecutorService threads) {
        this.projects = projects;
        this.triggers = triggers;
        this.writer = writer;
        this.launcher = launcher;
        this.seal = seal;
        this.leads = leads;
        this.threads = threads;
        thread = new Thread(this::run, "coil-triggers");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                long version = triggers.version();
                look();
                triggers.awaitNews(version, LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            log.debug("interrupted");
        }
    }

    private void look() {
        try {
            if (leads.getAsBoolean()) {
                triggers.pending().forEach(this::begin);
                forgetOld();
            }
        } catch (RuntimeException e) {
            log.error("cannot see what is to be handled: {}", e.getMessage(), e);
        }
    }

    private void begin(String project, List<Seen> pending) {
        var pause = pauses.get(project);
        if ((pause == null || pause.until() <= System.nanoTime()) && busy.add(project)) {
            threads.execute(() -> {
                try {
                    handle(project, pending);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } catch (RuntimeException e) {
                    log.error("cannot handle what was pushed to {}: {}", project, e.getMessage(), e);
                    pause(project);
                } finally {
                    busy.remove(project);
                }
            });
        }
    }

    private void handle(String project, List<Seen> pending) throws InterruptedException {
        for (var open : pending) {
            if (!leads.getAsBoolean()) {
                return;
            }
            // Somebody may have handled it, or approved it, since it was looked for.
            var seen = triggers.change(project, open.id()).orElse(open);
            if (seen.result() != null) {
                continue;
            }
            Result result;
            try {
                result = result(seen);
            } catch (Launcher.Unreachable e) {
                if (mayWait(project)) {
                    log.warn("{} of {} waits: {}", seen.change(), project, e.getMessage());
                    pause(project);
                    return;
                }
                result = Result.failed("given up after 24 hours: " + e.getMessage());
            }
            pauses.remove(project);
            log.info("{} of {}: {} {}{}", seen.change(), project, result.kind().text(), result.reason(), name(result));
            finish(seen, result);
        }
    }

    private static String name(Result result) {
        return result.run() == 0 ? "" : "run " + result.run();
    }

    private Result result(Seen seen) throws InterruptedException {
        var settings = projects.apply(seen.project()).orElse(null);
        if (settings == null) {
            return Result.ignored("the project was removed");
        }
        var change = seen.change();
        if (change.fork() && settings.forks() == ForkPolicy.NEVER) {
            return Result.ignored("it comes from another repository, and the project runs none of those");
        }
        if (change.fork() && settings.forks() == ForkPolicy.APPROVE && seen.approvedBy() == null) {
            return Result.held("it comes from another repository: 'coil project approve " + seen.project() + " "
                    + seen.id() + "' runs this very commit");
        }
        Launch launch;
        try {
            launch = launcher.launch(seen.project(), settings, token(seen.project(), settings), change, runId(seen));
        } catch (Launcher.Impossible e) {
            return Result.failed(String.valueOf(e.getMessage()));
        } catch (SealBroken e) {
            throw new Launcher.Unreachable(String.valueOf(e.getMessage()));
        } catch (Launcher.Unreachable e) {
            throw e;
        } catch (RuntimeException e) {
            // The next ones are not to wait for what would fail again.
            log.error("cannot handle {} of {}: {}", change, seen.project(), e.getMessage(), e);
            return Result.failed("the node failed at it; its log says why");
        }
        var schedules = launch.schedules();
        if (schedules != null && !change.isScheduled()) {
            learn(seen, schedules);
        }
        return launch instanceof Launch.Started started
                ? Result.started(started.run())
                : Result.ignored(((Launch.Unwanted) launch).reason());
    }

    /** The changes of a project are handled in order, so what the last one says counts. */
    private void learn(Seen seen, List<Schedule> schedules) {
        var entries = schedules.stream().map(Timetable.Entry::of).toList();
        var known = triggers.timetable(seen.project());
        if (known.map(timetable -> timetable.entries().equals(entries)).orElse(entries.isEmpty())) {
            return;
        }
        var change = seen.change();
        writer.write(new Timetable(seen.project(), change.ref(), change.commit(), System.currentTimeMillis(), entries));
    }

    @Nullable
    String token(String project, ProjectSettings settings) {
        return settings.token() == null ? null : seal.open(ProjectSettings.tokenPlace(project), settings.token());
    }

    /** The same for the same commit on the same ref, whoever tells of it and however often; of a schedule, for the same time. */
    private static String runId(Seen seen) {
        var change = seen.change();
        var all = String.join(
                "\n",
                seen.project(),
                change.event(),
                change.ref(),
                change.commit(),
                change.isScheduled() ? seen.id() : change.baseRef());
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(all.getBytes(UTF_8)))
                    .substring(0, RUN_ID_DIGITS);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void finish(Seen seen, Result result) {
        var change = seen.change();
        if (change.pullRequest() == 0 && !change.isScheduled()) {
            var tip = new Tip(seen.project(), change.ref(), change.commit(), seen.at());
            writer.write(tip);
        }
        writer.write(seen.with(result));
    }

    private boolean mayWait(String project) {
        var pause = pauses.get(project);
        return pause == null || System.nanoTime() - pause.since() < TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS);
    }

    private void pause(String project) {
        pauses.compute(project, (name, former) -> {
            int failures = former == null ? 1 : former.failures() + 1;
            long since = former == null ? System.nanoTime() : former.since();
            long pause = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(failures - 1, 20));
            return new Pause(failures, since, System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(pause));
        });
    }

    private void forgetOld() {
        var gone = new HashSet<String>();
        for (var old : triggers.old()) {
            if (gone.add(old.key())) {
                writer.remove(old.key());
            }
        }
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
