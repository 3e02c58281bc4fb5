package dev.coil.scheduler.trigger;

import dev.coil.protocol.log.ProjectTable;
import dev.coil.protocol.project.ProjectSettings;
import dev.coil.protocol.seal.SealBroken;
import dev.coil.scheduler.trigger.TriggerRecord.Looked;
import dev.coil.scheduler.trigger.TriggerRecord.Seen;
import dev.coil.scheduler.trigger.TriggerRecord.Tip;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks repositories what is new, for those whose forge sends no deliveries, or loses some. What is new is a change like any other. At the
 * first look at a repository, only its default branch counts as new.
 */
final class Poller implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Poller.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final String HEAD = "HEAD";

    private final ProjectTable projects;
    private final TriggerState triggers;
    private final TriggerWriter writer;
    private final Launcher launcher;
    private final TriggerLoop loop;
    private final BooleanSupplier leads;
    private final ExecutorService threads;
    private final Thread thread;
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private final Map<String, Long> last = new HashMap<>();

    Poller(
            ProjectTable projects,
            TriggerState triggers,
            TriggerWriter writer,
            Launcher launcher,
            TriggerLoop loop,
            BooleanSupplier leads,
            ExecutorService threads) {
        this.projects = projects;
        this.triggers = triggers;
        this.writer = writer;
        this.launcher = launcher;
        this.loop = loop;
        this.leads = leads;
        this.threads = threads;
        thread = new Thread(this::run, "coil-poller");
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                look();
                Thread.sleep(LOOK_MILLIS);
            }
        } catch (InterruptedException e) {
            log.debug("interrupted");
        }
    }

    private void look() {
        try {
            if (leads.getAsBoolean()) {
                projects.all().forEach(this::pollWhenDue);
            }
        } catch (RuntimeException e) {
            log.error("cannot see which repositories are to be asked: {}", e.getMessage(), e);
        }
    }

    private void pollWhenDue(String project, ProjectSettings settings) {
        long now = System.nanoTime();
        var looked = last.get(project);
        if (settings.pollSeconds() == 0
                || looked != null && now - looked < TimeUnit.SECONDS.toNanos(settings.pollSeconds())
                || !busy.add(project)) {
            return;
        }
        last.put(project, now);
        threads.execute(() -> {
            try {
                poll(project, settings);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Launcher.Unreachable | SealBroken e) {
                log.warn("cannot ask the repository of {} what is new: {}", project, e.getMessage());
            } catch (RuntimeException e) {
                log.error("cannot ask the repository of {} what is new: {}", project, e.getMessage(), e);
            } finally {
                busy.remove(project);
            }
        });
    }

    private void poll(String project, ProjectSettings settings) throws InterruptedException {
        // Looked at before: what a delivery tells of meanwhile is new to nobody.
        var tips = triggers.tips(project);
        var refs = new HashMap<>(launcher.refs(project, settings, loop.token(project, settings)));
        var head = refs.remove(HEAD);
        boolean first = !triggers.hasLooked(project, settings.repository());
        for (var ref : refs.entrySet()) {
            var before = tips.getOrDefault(ref.getKey(), "");
            if (before.equals(ref.getValue()) || triggers.knows(project, ref.getKey(), ref.getValue())) {
                continue;
            }
            if (!first || ref.getKey().equals(head)) {
                var change = Change.push(ref.getKey(), ref.getValue(), before, "");
                var id = "poll-" + ref.getValue() + "-"
                        + Integer.toHexString(ref.getKey().hashCode()) + "-" + before;
                see(project, id, change);
            } else {
                var tip = new Tip(project, ref.getKey(), ref.getValue(), System.currentTimeMillis());
                writer.post(tip);
            }
        }
        if (first) {
            writer.write(new Looked(project, settings.repository()));
        }
        for (var gone : tips.keySet()) {
            if (!refs.containsKey(gone)) {
                writer.remove(Tip.key(project, gone));
            }
        }
    }

    private void see(String project, String id, Change change) {
        var known = triggers.change(project, id);
        if (known.isEmpty()) {
            writer.write(new Seen(project, id, System.currentTimeMillis(), change));
        } else if (known.get().result() != null) {
            // The ref went back and came again.
            writer.write(new Tip(project, change.ref(), change.commit(), System.currentTimeMillis()));
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
