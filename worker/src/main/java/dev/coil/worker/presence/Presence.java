package dev.coil.worker.presence;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.presence.PresencePaths;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.worker.blob.Node;
import dev.coil.worker.blob.NodeAddress;
import dev.coil.worker.fault.InfraTrouble;
import java.io.IOException;
import java.net.URI;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.BoundedExponentialBackoffRetry;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The worker in ZooKeeper: one ephemeral node per incarnation, which lasts as long as the session. While the connection is merely
 * interrupted nothing changes. When the session is lost the incarnation is over, since its claims may be given to others from now
 * on; as soon as ZooKeeper is back a new one begins.
 */
public final class Presence implements Node, AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Presence.class);

    private static final int SESSION_MILLIS = 6_000;
    private static final int CONNECTION_MILLIS = 5_000;
    private static final int RETRY_MILLIS = 500;

    /** What becomes of incarnations; called in order. */
    public interface Listener {

        /** Others can see the worker under this incarnation. */
        void present(WorkerInfo worker);

        /** The last one is over. */
        void absent();

        /** An operator wants it to take nothing new; {@code null} if so no longer. */
        void drained(@Nullable Pause order);
    }

    /** The workers after so many changes. */
    private record Roll(long changes, List<WorkerInfo> workers) {}

    private final CuratorFramework client;
    private final CuratorCache workersCache;
    private final CuratorCache gatewaysCache;
    private final CuratorCache drainsCache;
    private final CountDownLatch drainsRead = new CountDownLatch(1);
    private final Incarnations incarnations;
    private final Listener listener;
    private final ExecutorService work = Executors.newSingleThreadExecutor(task -> {
        var thread = new Thread(task, "coil-presence");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, WorkerInfo> present = new ConcurrentHashMap<>();
    private final AtomicLong changes = new AtomicLong();
    private volatile Roll roll = new Roll(0, List.of());
    private @Nullable String told;
    private @Nullable Pause order;
    private volatile boolean closed;

    /** @param zookeeper connect string */
    public Presence(String zookeeper, Incarnations incarnations, Listener listener) {
        this.incarnations = incarnations;
        this.listener = listener;
        client = CuratorFrameworkFactory.builder()
                .connectString(zookeeper)
                .sessionTimeoutMs(SESSION_MILLIS)
                .connectionTimeoutMs(CONNECTION_MILLIS)
                .retryPolicy(new BoundedExponentialBackoffRetry(50, 1_000, 5))
                .build();
        client.getConnectionStateListenable().addListener((c, state) -> stateChanged(state));
        workersCache = CuratorCache.build(client, PresencePaths.WORKERS);
        gatewaysCache = CuratorCache.build(client, PresencePaths.GATEWAYS);
        drainsCache = CuratorCache.build(client, PresencePaths.DRAINS);
        drainsCache
                .listenable()
                .addListener(CuratorCacheListener.builder()
                        .forAll((type, old, data) -> work.execute(this::readDrains))
                        .forInitialized(drainsRead::countDown)
                        .build());
        workersCache
                .listenable()
                .addListener(CuratorCacheListener.builder()
                        .forCreatesAndChanges((old, node) -> saw(node))
                        .forDeletes(node -> saw(node.getPath(), null))
                        .build());
    }

    /**
     * Announces the worker, and returns when it is to be seen.
     *
     * @throws IOException if ZooKeeper is not there within half a minute
     */
    public void start(String zookeeper) throws IOException, InterruptedException {
        client.start();
        if (!client.blockUntilConnected(30, TimeUnit.SECONDS)) {
            throw new IOException(
                    "no ZooKeeper at " + zookeeper + " within 30 s: is it running, is the address right?");
        }
        try {
            client.createContainers(PresencePaths.WORKERS);
            client.createContainers(PresencePaths.GATEWAYS);
        } catch (Exception e) {
            throw new IOException("cannot write to ZooKeeper at " + zookeeper + ": " + e.getMessage(), e);
        }
        workersCache.start();
        gatewaysCache.start();
        drainsCache.start();
        if (!drainsRead.await(30, TimeUnit.SECONDS)) {
            throw new IOException("ZooKeeper at " + zookeeper + " did not say within 30 s what is drained");
        }
        try {
            work.submit(this::readDrains).get();
            work.submit(this::begin).get();
        } catch (ExecutionException e) {
            throw new IOException(
                    "cannot announce the worker in ZooKeeper: " + e.getCause().getMessage(), e);
        }
    }

    private void stateChanged(ConnectionState state) {
        switch (state) {
            case LOST -> end();
            case RECONNECTED -> work.execute(this::begin);
            case SUSPENDED -> log.info("ZooKeeper is away; going on as long as the session lasts");
            case CONNECTED, READ_ONLY -> log.debug("ZooKeeper: {}", state);
        }
    }

    private synchronized void end() {
        incarnations.end();
        if (told != null) {
            told = null;
            log.warn("the ZooKeeper session is lost: all that runs is killed");
            listener.absent();
        }
    }

    /** Makes sure that an incarnation is present: the one there is, or a new one after a loss. */
    private void begin() {
        if (closed) {
            return;
        }
        try {
            var worker = incarnations.presentOrNew();
            announce(worker);
            tell(worker);
        } catch (Exception e) {
            log.warn("cannot announce the worker in ZooKeeper yet: {}", e.toString());
            tryAgain();
        }
    }

    private void tell(WorkerInfo worker) throws Exception {
        synchronized (this) {
            var present = incarnations.present();
            if (present != null && present.incarnation().equals(worker.incarnation())) {
                if (!worker.incarnation().equals(told)) {
                    told = worker.incarnation();
                    log.info("present as {}", told);
                    listener.present(worker);
                }
                return;
            }
        }
        // The session was lost while this one was announced, so it may stand in the next session, where it must not.
        client.delete().quietly().forPath(PresencePaths.worker(worker.incarnation()));
    }

    private void tryAgain() {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
            work.execute(this::begin);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The node may be there already: an answer was lost, or the session went on. */
    private void announce(WorkerInfo worker) throws Exception {
        var path = PresencePaths.worker(worker.incarnation());
        var data = Codec.encode(worker);
        try {
            client.create()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.EPHEMERAL)
                    .forPath(path, data);
        } catch (KeeperException.NodeExistsException e) {
            long session = client.getZookeeperClient().getZooKeeper().getSessionId();
            var there = client.checkExists().forPath(path);
            if (there != null && there.getEphemeralOwner() != session) {
                client.delete().quietly().forPath(path);
                client.create().withMode(CreateMode.EPHEMERAL).forPath(path, data);
            } else {
                client.setData().forPath(path, data);
            }
        }
    }

    /** Lets all see that the worker takes nothing more. */
    public void drain() {
        incarnations.leave();
        work.execute(this::begin);
    }

    /** Lets all see whether the machine is fit for tasks. */
    public void unfit(@Nullable String trouble) {
        incarnations.unfit(trouble);
        work.execute(() -> {
            if (incarnations.present() != null) {
                begin();
            }
        });
    }

    /**
     * How far ZooKeeper's clock is ahead of this machine's, in milliseconds, as ZooKeeper notes the time of a change that is made now;
     * empty if it does not answer.
     */
    public OptionalLong clockAhead() {
        var present = incarnations.present();
        if (present == null) {
            return OptionalLong.empty();
        }
        try {
            long before = System.currentTimeMillis();
            var changed = client.setData().forPath(PresencePaths.worker(present.incarnation()), Codec.encode(present));
            long after = System.currentTimeMillis();
            // Somewhere between the two; a slow answer makes nobody's clock wrong.
            return OptionalLong.of(
                    Math.abs(changed.getMtime() - before) < Math.abs(changed.getMtime() - after)
                            ? changed.getMtime() - before
                            : changed.getMtime() - after);
        } catch (Exception e) {
            log.debug("cannot compare the clocks: {}", e.toString());
            return OptionalLong.empty();
        }
    }

    private void readDrains() {
        var name = PauseScope.worker(incarnations.info().name());
        var now = children(drainsCache, PresencePaths.DRAINS)
                .flatMap(Presence::pauses)
                .filter(pause -> pause.scope().equals(name))
                .min(Comparator.comparing(Pause::quarantine).reversed().thenComparing(Pause::since))
                .orElse(null);
        if (Objects.equals(now, order)) {
            return;
        }
        order = now;
        listener.drained(now);
        if (incarnations.drained(now != null) && incarnations.present() != null) {
            begin();
        }
    }

    private static Stream<Pause> pauses(ChildData node) {
        try {
            return Stream.of(Codec.read(Pause[].class, node.getData()));
        } catch (UnreadableRecord newer) {
            log.warn("{} is not a list of drained workers: {}", node.getPath(), newer.getMessage());
            return Stream.empty();
        }
    }

    private void saw(ChildData node) {
        if (node.getPath().length() > PresencePaths.WORKERS.length() && node.getData().length > 0) {
            saw(node.getPath(), read(node));
        }
    }

    private void saw(String path, @Nullable WorkerInfo worker) {
        if (worker == null) {
            present.remove(path);
        } else {
            present.put(path, worker);
        }
        changes.incrementAndGet();
    }

    private static @Nullable WorkerInfo read(ChildData node) {
        try {
            return Codec.read(WorkerInfo.class, node.getData());
        } catch (UnreadableRecord newer) {
            log.debug("a worker announces itself in a way unknown here: {}", newer.getMessage());
            return null;
        }
    }

    private static Stream<ChildData> children(CuratorCache cache, String path) {
        return cache.stream().filter(node -> node.getPath().length() > path.length() && node.getData().length > 0);
    }

    /** Those that are present, this one included; the same list as long as nothing changes. */
    public List<WorkerInfo> workers() {
        long asked = changes.get();
        var last = roll;
        if (last.changes() != asked) {
            last = new Roll(asked, List.copyOf(present.values()));
            roll = last;
        }
        return last.workers();
    }

    @Override
    public NodeAddress address() throws InfraTrouble {
        return children(gatewaysCache, PresencePaths.GATEWAYS)
                .map(node -> new String(node.getData(), UTF_8).strip())
                .sorted()
                .findFirst()
                .map(Presence::address)
                .orElseThrow(() -> new InfraTrouble("no node is announced in ZooKeeper under " + PresencePaths.GATEWAYS
                        + ": is one running? A worker can also be given its URL"));
    }

    /** A URL, and behind a space the key, if one is needed. */
    private static NodeAddress address(String text) {
        int space = text.indexOf(' ');
        var url = space < 0 ? text : text.substring(0, space);
        return new NodeAddress(URI.create(url.replaceAll("/+$", "")), space < 0 ? null : text.substring(space + 1));
    }

    @Override
    public void close() {
        closed = true;
        workersCache.close();
        gatewaysCache.close();
        drainsCache.close();
        work.shutdownNow();
        client.close();
    }
}
