package dev.coil.ops.cli;

import dev.coil.ops.logging.Logging;
import dev.coil.ops.node.RunningNode;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.FleetWorker;
import dev.coil.worker.HttpWorker;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.blob.NodeAddress;
import dev.coil.worker.program.Reason;
import dev.coil.worker.program.WorkerOptions;
import dev.coil.worker.program.WorkerRun;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
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

    @Option(
            names = "--node",
            paramLabel = "URL",
            description = "The node that has sources and artifacts (default: as announced in ZooKeeper).")
    private @Nullable URI node;

    @Mixin
    private WorkerOptions options = new WorkerOptions();

    WorkerRunCommand(World world) {
        super(world);
    }

    /** What is to run, and how to speak of it. */
    private record Chosen(FleetWorker worker, String reached) {}

    @Override
    public Integer call() {
        Chosen chosen;
        try {
            // Looked at first: no node makes a wrong option right.
            options.limits();
            chosen = url == null ? overKafka() : overHttp(url);
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage(e.getMessage());
        }
        var log =
                world.home().resolve("logs").resolve("worker-" + options.name().replaceAll("[^\\w.-]", "_") + ".log");
        try (var logging = Logging.toFile(log)) {
            var shutOut = new WorkerRun(
                            chosen.worker(), chosen.reached(), directory(), world.interrupts(), new VerbVoice())
                    .call();
            if (shutOut.isPresent()) {
                throw CommandFailed.error("stopped, and what ran was killed: " + shutOut.get());
            }
        } catch (IOException e) {
            throw CommandFailed.error("the worker cannot go on: " + Reason.of(e) + " (its log is " + log + ")");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return world.interrupts().code();
    }

    private final class VerbVoice implements WorkerRun.Voice {
        @Override
        public void note(String sentence) {
            WorkerRunCommand.this.note(sentence);
        }

        @Override
        public void warn(String sentence) {
            WorkerRunCommand.this.warn(sentence);
        }

        @Override
        public void ready(WorkerInfo worker) {
            if (json) {
                printJson(worker);
                world.out().flush();
            }
        }
    }

    private Path directory() {
        return options.directory(world.directory(), world.home());
    }

    private Chosen overHttp(URI at) {
        if (kafka != null || zookeeper != null || node != null) {
            throw CommandFailed.usage("--url says where everything is: leave out --kafka, --zookeeper and --node");
        }
        var config = options.overHttp(at, directory(), world.variable("COIL_TOKEN"));
        return new Chosen(new HttpWorker(config), "the node at " + config.node());
    }

    private @Nullable NodeAddress node() {
        var key = world.variable("COIL_KEY");
        return node == null ? null : new NodeAddress(node, key.isEmpty() ? null : key);
    }

    private Chosen overKafka() {
        var local = kafka == null || zookeeper == null
                ? RunningNode.await(world.home(), Nodes.START)
                        .orElseThrow(
                                () -> CommandFailed.usage("no node runs here: start one with 'coil up', or name another"
                                        + " one with --url, or its Kafka and ZooKeeper with --kafka and --zookeeper"))
                : null;
        var config = new WorkerConfig(
                KafkaSettings.single(kafka != null || local == null ? kafka : local.kafka()),
                zookeeper != null || local == null ? zookeeper : local.zookeeper(),
                directory(),
                options.name(),
                options.slots(),
                options.labels(),
                options.facts(),
                node(),
                options.limits(),
                options.rules());
        return new Chosen(
                new Worker(config),
                "Kafka at " + config.kafka().bootstrapServers() + " and ZooKeeper at " + config.zookeeper());
    }
}
