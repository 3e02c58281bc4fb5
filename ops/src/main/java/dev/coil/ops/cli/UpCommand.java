package dev.coil.ops.cli;

import dev.coil.ops.node.ClusterNode;
import dev.coil.ops.node.CommandPlace;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.Node;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.node.NodeHome;
import dev.coil.ops.node.Notices;
import dev.coil.ops.node.Reach;
import dev.coil.ops.node.ServerDeath;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.worker.program.LimitOptions;
import dev.coil.worker.runner.ProcessRunner;
import java.net.URI;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "up",
        description = {
            "Run a node with everything in it, in the foreground, until it is told to stop.",
            "Its data lies in $COIL_HOME and is there again after the next start.",
            "With --kafka and --zookeeper, the node uses those and has no worker of its own."
        })
final class UpCommand extends Verb {

    @Option(names = "--port", paramLabel = "N", description = "The HTTP port; 0 for a free one (default: 8080).")
    private int port = Reach.DEFAULT_PORT;

    @Option(
            names = "--bind",
            paramLabel = "ADDR",
            description = {
                "The address to serve HTTP on (default: 127.0.0.1, this machine alone).",
                "On any other, only who has a key is let in; wants --tls or --no-tls."
            })
    private String bind = "127.0.0.1";

    @Option(
            names = "--tls",
            paramLabel = "FILE",
            description = "Speak TLS: a PEM file with the private key and the certificates.")
    private @Nullable Path tls;

    @Option(names = "--no-tls", description = "Do without TLS, where a proxy speaks it or the network is your own.")
    private boolean plain;

    @Option(
            names = "--public-url",
            paramLabel = "URL",
            description = {
                "How others reach the node, as through a proxy; only who has a key is let in then.",
                "Default: as it is bound."
            })
    private @Nullable URI publicUrl;

    @Option(
            names = "--public-pages",
            description = "Let everybody look at runs, logs and workers; all else wants a key still.")
    private boolean publicPages;

    @Option(
            names = "--slots",
            paramLabel = "N",
            description = "How many tasks its worker runs at once (default: one a processor).")
    private @Nullable Integer slots;

    @Option(names = "--label", paramLabel = "L", description = "A label of its worker; as often as needed.")
    private Set<String> labels = new LinkedHashSet<>();

    @Option(names = "--no-worker", description = "Have no worker of its own: only others run tasks.")
    private boolean noWorker;

    @Mixin
    private LimitOptions limits = new LimitOptions();

    @Mixin
    private RetentionOptions retention = new RetentionOptions();

    @Mixin
    private CheckpointOptions checkpoints = new CheckpointOptions();

    @Mixin
    private BlobOptions blobs = new BlobOptions();

    @Option(
            names = "--repair",
            description = {
                "First remove everything that can be made anew from the commands, and make it anew.",
                "For a node that says so, after its disk or power failed. Stop other workers before."
            })
    private boolean repair;

    @Option(
            names = "--quarantine",
            paramLabel = "P@OFFSET",
            description = {
                "Leave out a command for good that cannot be folded, and at which partition P stops.",
                "For a node that says so. What the command should have done is not done."
            })
    private @Nullable String quarantine;

    @ArgGroup(exclusive = false)
    private @Nullable Cluster cluster;

    /** Where the servers are that an embedded node has within itself. */
    static final class Cluster {
        @Option(names = "--kafka", required = true, paramLabel = "ADDR", description = "Kafka, as host:port,...")
        private String kafka = "";

        @Option(
                names = "--zookeeper",
                required = true,
                paramLabel = "ADDR",
                description = "ZooKeeper, as host:port,... with a chroot if there is one (host:port/path).")
        private String zookeeper = "";

        @Option(
                names = "--partitions",
                paramLabel = "N",
                description = "Of the command log, if it is not there yet; fixed for good then (default: 8).")
        private int partitions = 8;

        @Option(
                names = "--replication",
                paramLabel = "N",
                description = "Of the topics that are not there yet (default: 3).")
        private short replication = 3;

        @Option(
                names = "--newest-rules",
                description = {
                    "Have commands folded by the newest rules from now on, once all nodes are of this version:",
                    "older ones end then. A node with Kafka in it always does so."
                })
        private boolean newestRules;

        KafkaSettings settings() {
            return new KafkaSettings(kafka, partitions, replication, Map.of());
        }
    }

    UpCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var stopped = new CountDownLatch(1);
        var config = config();
        ServerDeath.listen(config.home(), () -> new NodeHome(config.home()).log(), this::leave);
        world.interrupts().onLeave(() -> ProcessRunner.killLeftovers(new NodeHome(config.home()).worker()));
        try (var node = start(config)) {
            world.interrupts().listen(code -> stopped.countDown());
            if (json) {
                printJson(Map.of("url", node.url().toString()));
            } else {
                print(node.url().toString());
            }
            world.out().flush();
            note("the node is up, with its data in " + world.home() + "; Ctrl-C stops it");
            stopped.await();
            note("stopping; runs that have not ended go on when it is started again");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return world.interrupts().code();
    }

    private void leave(String message) {
        if (!world.interrupts().isLeaving()) {
            note(message);
            world.interrupts().leave(ExitCodes.ERROR);
        }
    }

    private NodeConfig config() {
        if (repair && cluster != null) {
            throw CommandFailed.usage(
                    "--repair is for a node with Kafka in it: the topics of a cluster are its own to restore");
        }
        try {
            var left = quarantine == null ? null : CommandPlace.parse(quarantine);
            return new NodeConfig(
                    world.home(),
                    new Reach(
                            bind,
                            port,
                            tls == null ? null : world.directory().resolve(tls),
                            plain,
                            publicUrl,
                            publicPages),
                    slots == null ? limits.limits().processors() : slots,
                    labels,
                    limits.limits(),
                    !noWorker,
                    repair,
                    left,
                    retention.retention(),
                    checkpoints.policy(),
                    retention.artifacts(),
                    blobs.bucket());
        } catch (IllegalArgumentException e) {
            throw CommandFailed.usage(e.getMessage());
        }
    }

    private Node start(NodeConfig config) {
        var notices = new Notices(this::note);
        return cluster == null
                ? EmbeddedNode.start(config, notices)
                : ClusterNode.start(config, notices, cluster.settings(), cluster.zookeeper, cluster.newestRules);
    }
}
