package dev.coil.scheduler.trigger;

import com.linecorp.armeria.server.ServerBuilder;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.ProjectTable;
import dev.coil.protocol.seal.Seal;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * What starts runs, as services of a server that others share, and as work of the elected one of several nodes: {@link #register}, then
 * {@link #start} when the node can take runs.
 */
public final class TriggerService implements AutoCloseable {

    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicInteger made = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(task, "coil-trigger-" + made.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });
    private final ProjectTable projects;
    private final TriggerState triggers = new TriggerState();
    private final TriggerJournal journal;
    private final Webhooks webhooks;
    private final ProjectService service;
    private final TriggerLoop loop;
    private final Poller poller;
    private final Timekeeper timekeeper;

    /**
     * Returns when it is known what projects there are.
     *
     * @param leads whether this is the one of several nodes that does the work
     * @throws dev.coil.protocol.log.KafkaUnusable if Kafka does not answer, or has not the topics
     */
    public TriggerService(KafkaSettings kafka, Seal seal, Launcher launcher, BooleanSupplier leads)
            throws InterruptedException {
        projects = new ProjectTable(kafka);
        try {
            journal = new TriggerJournal(kafka, triggers);
        } catch (RuntimeException | InterruptedException e) {
            projects.close();
            throw e;
        }
        webhooks = new Webhooks(projects, triggers, journal, seal);
        service = new ProjectService(projects, triggers, journal, seal);
        BooleanSupplier works = () -> leads.getAsBoolean()
                && journal.failure() == null
                && projects.journal().failure() == null;
        loop = new TriggerLoop(projects::settings, triggers, journal, launcher, seal, works, threads);
        poller = new Poller(projects, triggers, journal, launcher, loop, works, threads);
        timekeeper = new Timekeeper(
                project -> projects.settings(project).isPresent(), triggers, journal, works, InstantSource.system());
    }

    /**
     * What was pushed and could not become a run.
     *
     * @param project whose repository it was
     * @param at when it was seen, in milliseconds since the epoch
     * @param reason for people
     */
    public record Failed(String project, Change change, long at, String reason) {}

    /** Those that are remembered: the last of each project. */
    public List<Failed> failures() {
        return triggers.failures();
    }

    /** Adds the webhooks and the settings. */
    public void register(ServerBuilder server) {
        webhooks.register(server);
        service.register(server);
    }

    /** Begins to handle what was seen, if it has not begun yet. */
    public void start() {
        if (started.getAndSet(true)) {
            return;
        }
        loop.start();
        poller.start();
        timekeeper.start();
    }

    @Override
    public void close() {
        timekeeper.close();
        poller.close();
        loop.close();
        threads.shutdownNow();
        journal.close();
        projects.close();
    }
}
