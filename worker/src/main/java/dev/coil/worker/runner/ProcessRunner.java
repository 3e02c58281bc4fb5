package dev.coil.worker.runner;

import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.blob.BlobCache;
import dev.coil.worker.blob.BlobStore;
import dev.coil.worker.blob.Eyes;
import dev.coil.worker.blob.Node;
import dev.coil.worker.blob.Retries;
import dev.coil.worker.blob.UserEyes;
import dev.coil.worker.cache.Caches;
import dev.coil.worker.execute.Confines;
import dev.coil.worker.execute.Execute;
import dev.coil.worker.execute.Leftovers;
import dev.coil.worker.execute.Processors;
import dev.coil.worker.execute.Sandbox;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fetch.Fetch;
import dev.coil.worker.health.Fitness;
import dev.coil.worker.host.TaskUser;
import dev.coil.worker.host.WorkerDirectory;
import dev.coil.worker.report.Artifacts;
import dev.coil.worker.report.AttemptLog;
import dev.coil.worker.report.Handover;
import dev.coil.worker.report.LogBound;
import dev.coil.worker.report.LogSink;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks as processes of this machine: each {@link Attempt} on a thread of its own through fetch, execute and report. */
public final class ProcessRunner implements Runner {

    private static final Logger log = LoggerFactory.getLogger(ProcessRunner.class);

    private final Machine machine;
    private final Node node;
    private final LogSink logs;
    private final @Nullable TaskUser user;
    private final Map<String, String> variables;
    private final Slots slots;
    private final Lineages lineages = new Lineages();
    private final Fetch fetch;
    private final Execute execute;
    private final Artifacts artifacts;
    private final Handover handover;
    private final Caches caches;
    private final Limits limits;
    private final Fitness fitness;
    private final Journal journal;
    private final ExecutorService attempts = Executors.newCachedThreadPool(daemons("coil-attempt"));
    private final ScheduledExecutorService logSender =
            Executors.newSingleThreadScheduledExecutor(daemons("coil-log-sender"));

    private ProcessRunner(
            Machine machine,
            Node node,
            LogSink logs,
            @Nullable TaskUser user,
            Map<String, String> variables,
            Slots slots,
            Fetch fetch,
            Execute execute,
            Artifacts artifacts,
            Handover handover,
            Caches caches,
            Limits limits,
            Fitness fitness,
            Journal journal) {
        this.machine = machine;
        this.node = node;
        this.logs = logs;
        this.user = user;
        this.variables = variables;
        this.slots = slots;
        this.fetch = fetch;
        this.execute = execute;
        this.artifacts = artifacts;
        this.handover = handover;
        this.caches = caches;
        this.limits = limits;
        this.fitness = fitness;
        this.journal = journal;
    }

    /** Cleans up what a former worker left in the directory, and gets ready. */
    public static ProcessRunner open(WorkerDirectory directory, Machine machine, Node node, LogSink logs, Limits limits)
            throws IOException, InterruptedException {
        var path = directory.path();
        killLeftovers(path);
        directory.forgetIncarnations();
        var user = TaskUser.detect(limits.user());
        var variables = System.getenv();
        if (user != null) {
            user.letInto(path);
            variables = user.environment(variables, path);
        }
        var eyes = user == null ? Eyes.OWN : new UserEyes(user, path.resolve("cache"));
        var sandbox = limits.sandbox() ? Sandbox.detect(path, user, variables) : null;
        var confines = new Confines(Processors.first(limits.cpus()), user, sandbox);
        var blobs =
                new BlobCache(path.resolve("cache"), new BlobStore(node, Retries.STANDARD), BlobCache.STANDARD_LIMIT);
        return new ProcessRunner(
                machine,
                node,
                logs,
                user,
                variables,
                new Slots(path, user),
                new Fetch(path, node, blobs, Retries.STANDARD, limits.disk()),
                new Execute(Execute.Patience.STANDARD, confines),
                new Artifacts(blobs, eyes),
                new Handover(node, Retries.STANDARD, eyes),
                new Caches(path.resolve("caches"), eyes, limits.caches()),
                limits,
                new Fitness(path, limits.hours()),
                new Journal(path));
    }

    /**
     * Kills, without grace, what a worker started and did not end.
     *
     * @param directory of a worker that is gone, or of one of this process that is about to end without further ado
     */
    public static void killLeftovers(Path directory) throws IOException, InterruptedException {
        var killed =
                Leftovers.kill(Slots.processFiles(directory), new HashSet<>(WorkerDirectory.incarnations(directory)));
        if (!killed.isEmpty()) {
            log.warn("killed what a worker left running: {}", String.join(", ", killed));
        }
    }

    private static ThreadFactory daemons(String name) {
        return work -> {
            var thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public Execution start(ReadyTask task, ClaimId claim, boolean granted, Consumer<AttemptResult> ended) {
        var attemptLog = new AttemptLog(
                task.ref(), task.attempt(), logs, logSender, System::currentTimeMillis, LogBound.of(limits.log()));
        var attempt = new Attempt(this, task, claim, attemptLog, ended);
        if (granted) {
            attempt.granted();
        }
        attempts.execute(attempt);
        return attempt;
    }

    @Override
    public boolean isWarm(ReadyTask task) {
        return fetch.isWarm(task) && caches.isWarm(task);
    }

    @Override
    public boolean isFit() {
        return fitness.isFit();
    }

    @Override
    public void watchHealth(Fitness.NodeClock clock, Consumer<@Nullable String> changed) {
        fitness.start(clock, changed);
    }

    Fitness fitness() {
        return fitness;
    }

    Limits limits() {
        return limits;
    }

    Lineages lineages() {
        return lineages;
    }

    /** As whom tasks run; {@code null} for the worker's own. */
    @Nullable
    TaskUser user() {
        return user;
    }

    /** The environment of which tasks inherit. */
    Map<String, String> variables() {
        return variables;
    }

    Slots slots() {
        return slots;
    }

    Fetch fetch() {
        return fetch;
    }

    Execute execute() {
        return execute;
    }

    Artifacts artifacts() {
        return artifacts;
    }

    Handover handover() {
        return handover;
    }

    Caches caches() {
        return caches;
    }

    Journal journal() {
        return journal;
    }

    Machine machine() {
        return machine;
    }

    /** The node's base URL; {@code null} while there is none, which a task without inputs can do without. */
    @Nullable
    String nodeUrl() {
        try {
            return node.address().url().toString();
        } catch (InfraTrouble unknown) {
            return null;
        }
    }

    @Override
    public void close() {
        fitness.close();
        attempts.shutdown();
        logSender.shutdown();
        slots.close();
    }
}
