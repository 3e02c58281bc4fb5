package dev.coil.worker;

import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.KafkaUnusable;
import dev.coil.protocol.log.Orders;
import dev.coil.protocol.log.SpaceFeed;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.blob.Node;
import dev.coil.worker.claim.ClaimLoop;
import dev.coil.worker.host.Host;
import dev.coil.worker.host.TaskUser;
import dev.coil.worker.host.WorkerDirectory;
import dev.coil.worker.presence.Incarnations;
import dev.coil.worker.presence.Presence;
import dev.coil.worker.runner.Machine;
import dev.coil.worker.runner.NoopRunner;
import dev.coil.worker.runner.ProcessRunner;
import dev.coil.worker.runner.Runner;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker: takes the ready tasks that its machine matches, and runs them. Its main loop is {@link ClaimLoop}; what becomes of a
 * claimed task is the business of a {@link Runner}.
 */
public final class Worker implements FleetWorker {

    private static final Logger log = LoggerFactory.getLogger(Worker.class);

    private static final long CLUSTER_SECONDS = 60;

    /** Makes the runner, once the directory is held and the node can be found. */
    @FunctionalInterface
    private interface RunnerFactory {
        Runner make(Started parts) throws IOException, InterruptedException;
    }

    private record Started(WorkerDirectory directory, Machine machine, Node node, KafkaLogs logs) {}

    private final WorkerConfig config;
    private final RunnerFactory runners;
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private @Nullable Incarnations incarnations;
    private @Nullable Presence presence;
    private @Nullable ClaimLoop loop;

    /** A worker that runs scripts as processes of this machine. */
    public Worker(WorkerConfig config) {
        this(
                config,
                parts -> ProcessRunner.open(
                        parts.directory(), parts.machine(), parts.node(), parts.logs(), config.limits()));
    }

    private Worker(WorkerConfig config, RunnerFactory runners) {
        this.config = config;
        this.runners = runners;
    }

    /**
     * A worker whose tasks all succeed, without a process, for benchmarks: everything else is as it always is.
     *
     * @param time how long each task takes
     */
    public static Worker noop(WorkerConfig config, Duration time) {
        return new Worker(config, parts -> new NoopRunner(time));
    }

    @Override
    public synchronized void start() throws IOException, InterruptedException {
        try {
            startParts();
        } catch (IOException | InterruptedException | RuntimeException e) {
            close();
            throw e;
        }
    }

    private void startParts() throws IOException, InterruptedException {
        var directory = opened(WorkerDirectory.open(config.directory()));
        var attributes = Host.attributes(
                directory.path(), config.labels(), config.limits().facts(config.facts()));
        var present = new Incarnations(
                directory,
                config.name(),
                attributes,
                config.slots(),
                Version.text(),
                System.currentTimeMillis(),
                config.rules());
        incarnations = present;
        var spaces = Topics.spacesFor(
                Objects.requireNonNull(attributes.fact("os")), Objects.requireNonNull(attributes.fact("arch")));
        awaitCluster(config.kafka(), spaces);

        var commands = opened(new CommandLog(config.kafka()));
        var logs = opened(new KafkaLogs(config.kafka()));
        var announced = opened(new Presence(config.zookeeper(), present, new IncarnationListener()));
        presence = announced;
        var configured = config.node();
        Node node = configured == null ? announced : () -> configured;
        var runner = opened(runners.make(
                new Started(directory, new Machine(config.name(), attributes, config.slots()), node, logs)));
        var claims = opened(new ClaimLoop(
                () -> new SpaceFeed(config.kafka(), spaces),
                commands::append,
                runner,
                attributes,
                config.rules(),
                config.name(),
                config.slots(),
                announced::workers));
        loop = claims;
        opened(new Orders(config.kafka(), this::isPresentAs, stop -> claims.stop(stop.claim(), stop.reason())));
        claims.start();
        announced.start(config.zookeeper());
        runner.watchHealth(announced::clockAhead, announced::unfit);
        log.info("worker {} offers {} slots of {}", config.name(), config.slots(), attributes);
    }

    /** In this order, and closed in reverse. */
    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    private final class IncarnationListener implements Presence.Listener {
        @Override
        public void present(WorkerInfo worker) {
            Objects.requireNonNull(loop).present(worker.incarnation());
        }

        @Override
        public void absent() {
            Objects.requireNonNull(loop).absent("the worker lost its ZooKeeper session");
        }

        @Override
        public void drained(@Nullable Pause order) {
            var claims = Objects.requireNonNull(loop);
            if (order == null) {
                log.info("resumed: takes tasks again");
            } else {
                log.info("takes nothing new: {}", order.sentence());
            }
            claims.hold(order != null);
            if (order != null && order.quarantine()) {
                claims.giveBack("its worker was " + order.deed());
            }
        }
    }

    private boolean isPresentAs(String incarnation) {
        var present = Objects.requireNonNull(incarnations).present();
        return present != null && present.incarnation().equals(incarnation);
    }

    /** The topics are the scheduler's to make; a worker that is started together with it waits a while. */
    private static void awaitCluster(KafkaSettings kafka, List<String> spaces)
            throws IOException, InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(CLUSTER_SECONDS);
        try (var admin = kafka.admin()) {
            while (true) {
                try {
                    createSpaces(admin, kafka, spaces);
                    return;
                } catch (KafkaUnusable e) {
                    if (System.nanoTime() > end) {
                        throw new IOException(
                                "Kafka at " + kafka.bootstrapServers() + " is not ready for a worker: " + e.getMessage()
                                        + "; is it running, has a scheduler been started?",
                                e);
                    }
                }
                TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    private static void createSpaces(Admin admin, KafkaSettings kafka, List<String> spaces) {
        for (var topic : List.of(Topics.COMMANDS, Topics.CONTROL, Topics.LOGS)) {
            Topics.partitions(admin, topic);
        }
        Topics.createSpaces(admin, kafka, spaces);
    }

    @Override
    public WorkerInfo info() {
        return Objects.requireNonNull(incarnations, "the worker was not started")
                .info();
    }

    @Override
    public List<String> notices() {
        var info = info();
        boolean namesake = Objects.requireNonNull(presence).workers().stream()
                .anyMatch(other -> other.isNamesakeOf(info.name(), info.worker()));
        var notices = new ArrayList<>(TaskUser.advice(config.limits().user()));
        if (namesake) {
            notices.add(
                    "another worker is called " + info.name() + " as well: --name gives this one a name of its own");
        }
        return notices;
    }

    @Override
    public CompletableFuture<Void> drain() {
        Objects.requireNonNull(presence, "the worker was not started").drain();
        return Objects.requireNonNull(loop).drain();
    }

    /** Never: who reaches Kafka and ZooKeeper is in. */
    @Override
    public CompletableFuture<String> shutOut() {
        return new CompletableFuture<>();
    }

    /** Its presence ends with the process, within seconds. */
    @Override
    public void depart() {}

    @Override
    public synchronized void close() {
        for (var part = open.poll(); part != null; part = open.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("while stopping the worker: {}", e.toString());
            }
        }
    }
}
