package dev.coil.scheduler.dispatch;

import com.linecorp.armeria.server.ServerBuilder;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Orders;
import dev.coil.protocol.log.SpaceFeed;
import dev.coil.protocol.log.SpaceSource;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.space.Ranks;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.scheduler.access.Access;
import dev.coil.scheduler.blob.BlobStore;
import dev.coil.scheduler.presence.Presence;
import dev.coil.scheduler.request.Requests;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Workers that speak HTTP, as services of a server that others share. It starts at once, also while ZooKeeper is away. */
public final class Dispatch implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Dispatch.class);

    private static final int SESSION_MILLIS = 6_000;
    private static final int CONNECTION_MILLIS = 5_000;

    /** How long one call of Kafka's clients may hold up everybody. */
    private static final String BLOCK_MILLIS = "10000";

    private static final String REQUEST_MILLIS = "5000";

    private static final int GATEWAY_ID = 12;

    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final Dispatcher dispatcher;
    private final SessionService sessionService;
    private final ClaimService claimService;
    private final Enrolment enrolment;

    /**
     * @param zookeeper connect string, with a chroot if there is one
     * @param requests asks the log; stays the caller's
     * @param blobs where workers store what they keep
     * @param access lets workers in who have a token
     */
    public Dispatch(
            KafkaSettings kafka,
            String zookeeper,
            Requests requests,
            BlobStore blobs,
            GeneratedFiles generatedFiles,
            Access access) {
        var impatient = impatient(kafka);
        var curator = opened(curator(zookeeper));
        curator.start();
        var presence = opened(new Presence(curator));
        var gateway = UUID.randomUUID().toString().replace("-", "").substring(0, GATEWAY_ID);
        var announcements = new Announcements(curator);
        var sessions = new Sessions(gateway, announcements);
        var commands = opened(new CommandLog(impatient));
        var logs = opened(new LogKeeper(impatient));
        var picture = new Picture(presence);
        var drains = opened(new DrainNotes(curator));
        var gateways = opened(new Gateways(curator));
        dispatcher = new Dispatcher(
                new Dispatcher.World(
                        topics -> feed(impatient, topics), commands::append, picture::incarnations, drains::orders),
                gateway,
                new Ranks(picture::workers, System::nanoTime),
                announcements,
                sessions,
                Patience.STANDARD);
        opened(new Orders(impatient, announcements::has, stop -> dispatcher.stop(stop.claim(), stop.reason())));
        opened(dispatcher);
        sessionService = new SessionService(dispatcher, sessions, presence::hasNamesake, gateways::urls);
        claimService = new ClaimService(dispatcher, sessions, requests, commands::append, logs, blobs, generatedFiles);
        enrolment = new Enrolment(access);
        dispatcher.start();
        drains.start(dispatcher::lookAtDrains);
    }

    /** In this order, and closed in reverse. */
    private <T extends AutoCloseable> T opened(T part) {
        open.push(part);
        return part;
    }

    private static CuratorFramework curator(String zookeeper) {
        return CuratorFrameworkFactory.builder()
                .connectString(zookeeper)
                .sessionTimeoutMs(SESSION_MILLIS)
                .connectionTimeoutMs(CONNECTION_MILLIS)
                .retryPolicy(new BoundedExponentialBackoffRetry(50, 1_000, 5))
                .build();
    }

    private static KafkaSettings impatient(KafkaSettings kafka) {
        var extra = new HashMap<>(kafka.extra());
        extra.put("default.api.timeout.ms", BLOCK_MILLIS);
        extra.put("request.timeout.ms", REQUEST_MILLIS);
        return new KafkaSettings(kafka.bootstrapServers(), kafka.partitions(), kafka.replication(), extra);
    }

    private static SpaceSource feed(KafkaSettings kafka, Set<String> topics) {
        try (var admin = kafka.admin()) {
            Topics.createSpaces(admin, kafka, List.copyOf(topics));
        }
        return new SpaceFeed(kafka, topics);
    }

    /** Who is present; the same list as long as nothing changed, and for a moment: while a fleet comes, it changes all the time. */
    private static final class Picture {
        private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

        private final Presence presence;
        private Presence.Picture last;
        private long taken = System.nanoTime();

        Picture(Presence presence) {
            this.presence = presence;
            last = presence.picture();
        }

        synchronized List<WorkerInfo> workers() {
            long now = System.nanoTime();
            if (presence.version() != last.version() && now - taken > MOMENT_NANOS) {
                last = presence.picture();
                taken = now;
            }
            return last.workers();
        }

        Set<String> incarnations() {
            return workers().stream().map(WorkerInfo::incarnation).collect(Collectors.toSet());
        }
    }

    public void register(ServerBuilder server) {
        sessionService.register(server);
        claimService.register(server);
        enrolment.register(server);
    }

    @Override
    public void close() {
        for (var part = open.poll(); part != null; part = open.poll()) {
            try {
                part.close();
            } catch (Exception e) {
                log.warn("while stopping the gateway: {}", e.toString());
            }
        }
    }
}
