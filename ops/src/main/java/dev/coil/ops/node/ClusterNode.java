package dev.coil.ops.node;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.launch.RunLauncher;
import dev.coil.ops.logging.Logging;
import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.KafkaUnusable;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.seal.Seal;
import dev.coil.scheduler.Scheduler;
import dev.coil.scheduler.SchedulerConfig;
import dev.coil.scheduler.blob.S3Place;
import dev.coil.scheduler.gateway.Gateway;
import dev.coil.scheduler.gateway.GatewayConfig;
import dev.coil.scheduler.owner.CheckpointPolicy;
import dev.coil.scheduler.owner.LogReplaced;
import dev.coil.scheduler.owner.Retention;
import dev.coil.scheduler.owner.Status;
import dev.coil.scheduler.resolver.Rules;
import dev.coil.scheduler.resolver.RulesUnknown;
import dev.coil.scheduler.trigger.TriggerService;
import dev.coil.viewer.Viewer;
import dev.coil.viewer.ViewerConfig;
import dev.coil.viewer.notify.Failures.FailedChange;
import dev.coil.worker.blob.NodeAddress;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Scheduler, gateway and viewer on Kafka and ZooKeeper that run elsewhere. */
public final class ClusterNode implements Node {

    private final Parts parts;
    private final RunningNode running;

    private ClusterNode(Parts parts, RunningNode running) {
        this.parts = parts;
        this.running = running;
    }

    /**
     * Starts a node and returns when it serves.
     *
     * @param zookeeper connect string, with a chroot if there is one: {@code host:port,host:port/path}
     * @param newestRules whether commands are folded by the newest rules from now on, though older nodes may know only older ones
     * @throws NodeStartException if it cannot
     */
    public static ClusterNode start(
            NodeConfig config, Notices notices, KafkaSettings kafka, String zookeeper, boolean newestRules) {
        var parts = new Parts();
        try {
            var home = claim(config, parts);
            var web = parts.add("http", WebServer.start(config.reach()));
            var name = hostName() + "-" + Integer.toHexString(home.directory().hashCode());
            Services.begin(
                            parts,
                            home,
                            web,
                            kafka,
                            zookeeper,
                            name,
                            false,
                            newestRules ? Rules.NEWEST : 0,
                            config.retention(),
                            config.artifacts(),
                            config.checkpoints(),
                            config.bucket(),
                            config.leaveOut(),
                            config.reach().doors(),
                            notices)
                    .await();
            return new ClusterNode(parts, announce(parts, home, web, kafka, zookeeper));
        } catch (RuntimeException e) {
            parts.close();
            throw e;
        }
    }

    /** Takes the node's directory, and logs into it from then on. */
    static NodeHome claim(NodeConfig config, Parts parts) {
        var home = new NodeHome(config.home());
        home.create();
        home.requireSpace();
        parts.add("lock", HomeLock.acquire(home));
        DataFormat.claim(home);
        NativeLibraries.keepIn(home);
        parts.add("log", Logging.toFile(home.log()));
        return home;
    }

    /** Lets {@link RunningNode#find} find the node until it closes. */
    static RunningNode announce(Parts parts, NodeHome home, WebServer web, KafkaSettings kafka, String zookeeper) {
        var node = new RunningNode(web.url(), ProcessHandle.current().pid(), kafka.bootstrapServers(), zookeeper);
        node.announceIn(home);
        parts.add("node.json", () -> Files.deleteIfExists(home.announcement()));
        return node;
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException namelessMachine) {
            return "localhost";
        }
    }

    /** What a node does for others, while it starts: everything at once. */
    record Services(
            WebServer web,
            CompletableFuture<Scheduler> scheduler,
            CompletableFuture<Gateway> gateway,
            CompletableFuture<Viewer> viewer,
            CompletableFuture<Announcement> announcement,
            CompletableFuture<TriggerService> triggers,
            CompletableFuture<Leadership> leadership,
            Telling telling,
            OperatorKey operator,
            Notices notices,
            boolean soleOwner) {

        /** Makes the topics, and begins to start the services, which the caller closes with the parts. */
        static Services begin(
                Parts parts,
                NodeHome home,
                WebServer web,
                KafkaSettings kafka,
                String zookeeper,
                String name,
                boolean soleOwner,
                int rules,
                Retention retention,
                ArtifactRetention artifacts,
                CheckpointPolicy checkpoints,
                @Nullable S3Place bucket,
                @Nullable CommandPlace leftOut,
                boolean doors,
                Notices notices) {
            try (var admin = kafka.admin()) {
                Topics.createFixed(admin, kafka);
            } catch (KafkaUnusable e) {
                throw new NodeStartException(
                        "Kafka at " + kafka.bootstrapServers() + " cannot be used: is it up, and the address right? ("
                                + e.getMessage() + ")",
                        e);
            }
            // Closed after the scheduler: workers over HTTP, which are present through it, do not seem to leave when
            // all stops.
            var gateway = parts.start(
                    "gateway",
                    () -> new Gateway(new GatewayConfig(
                            kafka,
                            zookeeper,
                            home.gateway(),
                            bucket,
                            GatewayConfig.ANSWER_TIMEOUT,
                            soleOwner || bucket != null ? GatewayConfig.BLOB_GRACE : null,
                            artifacts,
                            doors)));
            var scheduler = parts.start("scheduler", () -> {
                var made = new Scheduler(new SchedulerConfig(
                        kafka, zookeeper, home.scheduler(), name, soleOwner, retention, checkpoints, rules));
                begin(made, leftOut, name);
                return made;
            });
            // Closed in reverse: first the streams, which do not end by themselves, then what they came through.
            parts.add("http", web);
            var viewer = parts.start("viewer", () -> {
                var made = new Viewer(new ViewerConfig(
                        kafka,
                        home.viewer(),
                        digest -> gateway.join().blob(digest),
                        artifacts,
                        Version.NUMBER,
                        notices::lasting));
                made.start();
                return made;
            });
            var announcement = parts.start(
                    "announcement",
                    () -> Announcement.make(
                            zookeeper,
                            name,
                            web.publicUrl(),
                            doors ? gateway.join().access().fleetKey() : null));
            var leadership = parts.start("leadership", () -> Leadership.seek(zookeeper, name));
            var seal = SealKey.of(home);
            var triggers = parts.start(
                    "triggers",
                    () -> new TriggerService(
                            kafka,
                            seal,
                            new RunLauncher(home.mirrors(), () -> client(web, gateway.join())),
                            () -> leadership.isDone() && leadership.join().isOurs()));
            return new Services(
                    web,
                    scheduler,
                    gateway,
                    viewer,
                    announcement,
                    triggers,
                    leadership,
                    new Telling(kafka, seal),
                    new OperatorKey(home),
                    notices,
                    soleOwner);
        }

        /** What it takes to tell forges what became of runs. */
        private record Telling(KafkaSettings kafka, Seal seal) {}

        private void tell(Viewer viewer, TriggerService triggers) {
            try {
                viewer.tellForges(
                        telling.kafka(),
                        telling.seal(),
                        web.publicUrl(),
                        () -> triggers.failures().stream()
                                .map(failed -> new FailedChange(
                                        failed.project(),
                                        failed.change().commit(),
                                        failed.change().event(),
                                        failed.at(),
                                        failed.reason()))
                                .toList(),
                        () -> leadership.isDone() && leadership.join().isOurs());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new NodeStartException("interrupted while starting", e);
            }
        }

        /** How the node asks itself. */
        private static NodeClient client(WebServer web, Gateway gateway) {
            return new NodeClient(
                    web.url(), gateway.hasDoors() ? gateway.access().ownKey().text() : null);
        }

        /** Waits until all of them serve. */
        Scheduler await() {
            var write = Parts.await("the gateway", gateway);
            var read = Parts.await("the viewer", viewer);
            var start = Parts.await("what starts runs", triggers);
            Parts.await("the election", leadership);
            if (write.hasDoors()) {
                operator.ensure(write.access(), notices);
            }
            web.serve(server -> {
                web.guard(server, write);
                write.register(server);
                read.register(server);
                start.register(server);
                WorkerScript.register(server);
                WorkerJar.register(server);
            });
            Parts.await("the announcement in ZooKeeper", announcement);
            var fold = Parts.await("the scheduler", scheduler);
            fold.statuses().stream()
                    .map(Status::rebuilt)
                    .filter(Objects::nonNull)
                    .forEach(notices::tell);
            ServerDeath.watch(() -> {
                var failure = read.failure();
                var ended = fold.hopeless();
                boolean matters = soleOwner || ended instanceof LogReplaced || ended instanceof RulesUnknown;
                return failure == null && matters ? ended : failure;
            });
            start.start();
            tell(read, start);
            return fold;
        }

        /** How a worker in the same process reaches the node, if that is not as all do; else {@code null}. */
        @Nullable
        NodeAddress addressForNeighbours() {
            var here = Parts.await("the gateway", gateway);
            return here.hasDoors()
                    ? new NodeAddress(web.url(), here.access().fleetKey().text())
                    : null;
        }

        private static void begin(Scheduler scheduler, @Nullable CommandPlace left, String name) {
            if (left == null) {
                scheduler.start();
            } else {
                scheduler.startWithout(left.partition(), left.offset(), name);
            }
        }
    }

    @Override
    public URI url() {
        return running.url();
    }

    @Override
    public void close() {
        parts.close();
    }
}
