package dev.coil.ops.cli;

import dev.coil.ops.files.Reason;
import dev.coil.ops.logging.Logging;
import dev.coil.ops.node.RunningNode;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.runner.Limits;
import dev.coil.worker.runner.ProcessRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        description = {
            "Run a worker until it is told to stop.",
            "Ctrl-C and SIGTERM let it end what it runs and take nothing new; a second one stops it at once."
        })
final class WorkerRunCommand extends Verb {

    private static final Duration SLOW = Duration.ofSeconds(5);

    @Option(
            names = "--kafka",
            paramLabel = "ADDR",
            description = "Kafka, as host:port,... (default: the local node's).")
    private @Nullable String kafka;

    @Option(
            names = "--zookeeper",
            paramLabel = "ADDR",
            description = "ZooKeeper, as host:port,... (default: the local node's).")
    private @Nullable String zookeeper;

    @Option(names = "--slots", paramLabel = "N", description = "How many tasks at once (default: one a processor).")
    private int slots = Runtime.getRuntime().availableProcessors();

    @Option(names = "--label", paramLabel = "L", description = "A label of this machine; as often as needed.")
    private Set<String> labels = new LinkedHashSet<>();

    @Option(
            names = "--fact",
            paramLabel = "K=V",
            description = "A fact of this machine, instead of what is detected; as often as needed.")
    private Map<String, String> facts = new LinkedHashMap<>();

    @Option(names = "--name", paramLabel = "N", description = "Its name for people (default: the host's).")
    private @Nullable String name;

    @Option(
            names = "--dir",
            paramLabel = "D",
            description = "Its own directory: identity, caches, workspaces (default: workers/NAME in $COIL_HOME).")
    private @Nullable Path directory;

    @Option(
            names = "--node",
            paramLabel = "URL",
            description = "The node that has sources and artifacts (default: as announced in ZooKeeper).")
    private @Nullable URI node;

    @Mixin
    private LimitOptions limits = new LimitOptions();

    WorkerRunCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var config = config();
        var log = world.home().resolve("logs").resolve("worker-" + config.name().replaceAll("[^\\w.-]", "_") + ".log");
        var logging = Logging.toFile(log);
        try (var farewell = world.interrupts().onLeave(() -> ProcessRunner.killLeftovers(config.directory()))) {
            work(config);
        } catch (IOException e) {
            throw CommandFailed.error("the worker cannot go on: " + Reason.of(e) + " (its log is " + log + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            logging.close();
        }
        return world.interrupts().code();
    }

    /** Until the user wants an end and the last task has come to its own. */
    private void work(WorkerConfig config) throws IOException, InterruptedException {
        var stopped = new CountDownLatch(1);
        try (var worker = new Worker(config)) {
            var slow = CompletableFuture.delayedExecutor(SLOW.toSeconds(), TimeUnit.SECONDS);
            var reached = new AtomicBoolean();
            slow.execute(() -> {
                if (!reached.get()) {
                    note("still trying to reach Kafka at " + config.kafka().bootstrapServers() + " and ZooKeeper at "
                            + config.zookeeper());
                }
            });
            worker.start();
            reached.set(true);
            var info = worker.info();
            world.interrupts().listen(code -> {
                note("ending what runs, taking nothing new (once more stops at once)");
                worker.drain().whenComplete((done, failure) -> stopped.countDown());
            });
            if (json) {
                printJson(info);
                world.out().flush();
            }
            note("worker " + info.name() + " is ready with " + info.slots() + (info.slots() == 1 ? " slot" : " slots")
                    + ": " + info.attributes());
            stopped.await();
        }
    }

    private WorkerConfig config() {
        var bounds = limits();
        var local = kafka == null || zookeeper == null
                ? RunningNode.await(world.home(), Nodes.START)
                        .orElseThrow(
                                () -> CommandFailed.usage("no node runs here: start one with 'coil up', or name the"
                                        + " Kafka and ZooKeeper of another one with --kafka and --zookeeper"))
                : null;
        var worker = name == null ? hostName() : name;
        try {
            return new WorkerConfig(
                    KafkaSettings.single(kafka != null || local == null ? kafka : local.kafka()),
                    zookeeper != null || local == null ? zookeeper : local.zookeeper(),
                    directory == null
                            ? world.home().resolve("workers").resolve(worker)
                            : world.directory().resolve(directory),
                    worker,
                    slots,
                    labels,
                    facts,
                    node,
                    bounds);
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage(e.getMessage());
        }
    }

    /** Looked at first: no node makes a wrong option right. */
    private Limits limits() {
        try {
            return limits.limits();
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage(e.getMessage());
        }
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "worker";
        }
    }
}
