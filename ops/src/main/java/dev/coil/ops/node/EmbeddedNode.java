package dev.coil.ops.node;

import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.resolver.Rules;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.blob.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A whole Coil in this process: Kafka, ZooKeeper, scheduler, gateway, viewer, and a worker that uses them as any other would. */
public final class EmbeddedNode implements Node {

    private static final int LOOPBACK_MILLIS = 2_000;
    private static final String NAME = "node";

    /** The scheduler learns of a new worker through ZooKeeper. */
    private static final Duration WORKER_SEEN = Duration.ofSeconds(30);

    private final Parts parts;
    private final RunningNode running;
    private final @Nullable Worker worker;

    private EmbeddedNode(Parts parts, RunningNode running, @Nullable Worker worker) {
        this.parts = parts;
        this.running = running;
        this.worker = worker;
    }

    /**
     * Starts a node and returns when it serves and its worker, if it has one, is known to the scheduler.
     *
     * @throws NodeStartException if it cannot
     */
    public static EmbeddedNode start(NodeConfig config) {
        return start(config, Notices.toTheLog());
    }

    /** Starts a node as {@link #start(NodeConfig)} does, and tells what its user should know. */
    public static EmbeddedNode start(NodeConfig config, Notices notices) {
        var parts = new Parts();
        try {
            return start(config, notices, parts);
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    private static EmbeddedNode start(NodeConfig config, Notices notices, Parts parts) {
        requireLoopback();
        var home = ClusterNode.claim(config, parts);
        if (config.repair()) {
            Repair.of(home);
        }
        var data = parts.add("data-check", DataCheck.of(home, notices));
        var broker = parts.start("kafka", () -> {
            data.beforeStart();
            return EmbeddedKafka.start(home.kafka(), port(home, "kafka"));
        });
        var presence =
                parts.start("zookeeper", () -> EmbeddedZooKeeper.start(home.zookeeper(), port(home, "zookeeper")));
        // If this is in vain, as another program has the port, the rest is not waited for longer than it takes to stop.
        var web = Parts.await("the HTTP server", parts.start("http", () -> WebServer.start(config.reach())));
        var zookeeper = Parts.await("ZooKeeper", presence).connectString();
        var kafka = KafkaSettings.single(Parts.await("Kafka", broker).bootstrapServers());

        var services = ClusterNode.Services.begin(
                parts,
                home,
                web,
                kafka,
                zookeeper,
                NAME,
                true,
                Rules.NEWEST,
                config.retention(),
                config.artifacts(),
                config.checkpoints(),
                config.bucket(),
                config.leaveOut(),
                config.reach().doors(),
                notices);
        if (config.repair()) {
            // While old tuples are published again, nobody must take them for new ones.
            services.await();
        }
        var starting = config.worker()
                ? parts.start("worker", () -> worker(config, home, kafka, zookeeper, services.addressForNeighbours()))
                : null;
        var scheduler = services.await();
        var worker = starting == null ? null : Parts.await("the worker", starting);
        if (worker != null && !scheduler.awaitWorker(worker.info().incarnation(), WORKER_SEEN)) {
            throw new NodeStartException("the scheduler did not learn of the node's own worker within "
                    + WORKER_SEEN.toSeconds() + " seconds; " + home.log() + " says why");
        }
        var running = ClusterNode.announce(parts, home, web, kafka, zookeeper);
        data.readSlowly();
        return new EmbeddedNode(parts, running, worker);
    }

    /** The parts of the node talk to each other over it; without it they would wait for each other until they give up. */
    private static void requireLoopback() {
        var loopback = InetAddress.getLoopbackAddress();
        try (var listening = new ServerSocket(0, 1, loopback);
                var connecting = new Socket()) {
            connecting.connect(listening.getLocalSocketAddress(), LOOPBACK_MILLIS);
        } catch (IOException e) {
            throw new NodeStartException(
                    "this machine cannot reach itself at " + loopback.getHostAddress() + " (" + e.getMessage()
                            + "), which a node needs: is the loopback interface up? 'ip link set lo up' as root brings it up",
                    e);
        }
    }

    private static int port(NodeHome home, String server) throws IOException {
        return FreePort.remembered(home.port(server));
    }

    private static Worker worker(
            NodeConfig config, NodeHome home, KafkaSettings kafka, String zookeeper, @Nullable NodeAddress node)
            throws IOException, InterruptedException {
        var worker = new Worker(new WorkerConfig(
                kafka,
                zookeeper,
                home.worker(),
                NAME,
                config.slots(),
                config.labels(),
                Map.of(),
                node,
                config.limits()));
        worker.start();
        return worker;
    }

    @Override
    public URI url() {
        return running.url();
    }

    /** Where it is reached, for further workers and for programs on this machine. */
    public RunningNode running() {
        return running;
    }

    /** Lets the node's own worker take no further tasks. The future completes when the last one has ended. */
    public CompletableFuture<Void> drain() {
        return worker == null ? CompletableFuture.completedFuture(null) : worker.drain();
    }

    /** Stops at once; what runs is killed, and runs again after the next start. */
    @Override
    public void close() {
        parts.close();
    }
}
