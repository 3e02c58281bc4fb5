package dev.coil.ops.cli;

import dev.coil.ops.files.Reason;
import dev.coil.ops.logging.Logging;
import dev.coil.ops.node.RunningNode;
import dev.coil.protocol.access.Secret;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.FleetWorker;
import dev.coil.worker.HttpWorker;
import dev.coil.worker.HttpWorkerConfig;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.blob.NodeAddress;
import dev.coil.worker.runner.Limits;
import dev.coil.worker.runner.ProcessRunner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "run",
        sortOptions = false,
        description = {
            "Run a worker until it is told to stop.",
            "Ctrl-C and SIGTERM let it end what it runs and take nothing new; a second one stops it at once."
        })
final class WorkerRunCommand extends Verb {

    private static final Duration SLOW = Duration.ofSeconds(5);

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "Claim over HTTP, through the node at this URL.",
                "For machines that do not reach Kafka and ZooKeeper."
            })
    private @Nullable URI url;

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

    @Option(
            names = "--token",
            paramLabel = "T",
            description = {
                "With --url: lets the worker in, once; it keeps a key from then on (default: $COIL_TOKEN).",
                "An operator makes one with 'coil token create'."
            })
    private @Nullable String token;

    @Option(
            names = "--project",
            paramLabel = "GLOB",
            description = {
                "Run only tasks of these projects; with ! in front, none of them. As often as needed.",
                "This and the next two are yours alone: nothing that the node says widens them."
            })
    private List<String> projects = new ArrayList<>();

    @Option(
            names = "--ref",
            paramLabel = "GLOB",
            description = "The same of branches and tags (main, v*, refs/pull/*).")
    private List<String> refs = new ArrayList<>();

    @Option(names = "--event", paramLabel = "GLOB", description = "The same of what started the run (push, manual).")
    private List<String> events = new ArrayList<>();

    @Mixin
    private LimitOptions limits = new LimitOptions();

    WorkerRunCommand(World world) {
        super(world);
    }

    /** What is to run, and how to speak of it. */
    private record Chosen(FleetWorker worker, String name, Path directory, String reached) {}

    @Override
    public Integer call() {
        var chosen = chosen();
        var log = world.home().resolve("logs").resolve("worker-" + chosen.name().replaceAll("[^\\w.-]", "_") + ".log");
        var logging = Logging.toFile(log);
        try (var farewell = world.interrupts().onLeave(() -> ProcessRunner.killLeftovers(chosen.directory()))) {
            work(chosen);
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
    private void work(Chosen chosen) throws IOException, InterruptedException {
        var stopped = new CountDownLatch(1);
        var shutOut = new AtomicReference<@Nullable String>();
        try (var worker = chosen.worker()) {
            var slow = CompletableFuture.delayedExecutor(SLOW.toSeconds(), TimeUnit.SECONDS);
            var reached = new AtomicBoolean();
            slow.execute(() -> {
                if (!reached.get()) {
                    note("still trying to reach " + chosen.reached());
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
            worker.shutOut().thenAccept(why -> {
                shutOut.set(why);
                stopped.countDown();
            });
            worker.notices().forEach(this::warn);
            note("worker " + info.name() + " is ready with " + info.slots() + (info.slots() == 1 ? " slot" : " slots")
                    + ": " + info.attributes());
            stopped.await();
        }
        if (shutOut.get() != null) {
            throw CommandFailed.error("stopped, and what ran was killed: " + shutOut.get());
        }
    }

    private Chosen chosen() {
        var bounds = limits();
        var worker = name == null ? hostName() : name;
        var own = directory == null
                ? world.home().resolve("workers").resolve(worker)
                : world.directory().resolve(directory);
        try {
            return url == null ? overKafka(worker, own, bounds) : overHttp(url, worker, own, bounds);
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage(e.getMessage());
        }
    }

    private Chosen overHttp(URI node, String worker, Path own, Limits bounds) {
        if (kafka != null || zookeeper != null || this.node != null) {
            throw CommandFailed.usage("--url says where everything is: leave out --kafka, --zookeeper and --node");
        }
        var config = new HttpWorkerConfig(node, own, worker, slots, labels, facts, bounds, rules(), token());
        return new Chosen(new HttpWorker(config), worker, own, "the node at " + config.node());
    }

    private @Nullable String token() {
        var given = token == null ? world.variable("COIL_TOKEN") : token;
        if (given.isEmpty()) {
            return null;
        }
        if (!Secret.isToken(given)) {
            throw CommandFailed.usage((token == null ? "$COIL_TOKEN" : "--token")
                    + " is no token: expected coil_token_ and 64 of 0-9a-f, as 'coil token create' prints it");
        }
        return given;
    }

    private OwnerRules rules() {
        return new OwnerRules(projects, refs, events);
    }

    private @Nullable NodeAddress node() {
        var key = world.variable("COIL_KEY");
        return node == null ? null : new NodeAddress(node, key.isEmpty() ? null : key);
    }

    private Chosen overKafka(String worker, Path own, Limits bounds) {
        var local = kafka == null || zookeeper == null
                ? RunningNode.await(world.home(), Nodes.START)
                        .orElseThrow(
                                () -> CommandFailed.usage("no node runs here: start one with 'coil up', or name another"
                                        + " one with --url, or its Kafka and ZooKeeper with --kafka and --zookeeper"))
                : null;
        var config = new WorkerConfig(
                KafkaSettings.single(kafka != null || local == null ? kafka : local.kafka()),
                zookeeper != null || local == null ? zookeeper : local.zookeeper(),
                own,
                worker,
                slots,
                labels,
                facts,
                node(),
                bounds,
                rules());
        var reached = "Kafka at " + config.kafka().bootstrapServers() + " and ZooKeeper at " + config.zookeeper();
        return new Chosen(new Worker(config), worker, own, reached);
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
