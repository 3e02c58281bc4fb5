package dev.coil.scheduler.presence;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.presence.PresencePaths;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.ChildData;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.apache.curator.framework.state.ConnectionState;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers whose presence nodes are in ZooKeeper. */
public final class Presence implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Presence.class);

    private final Map<String, WorkerInfo> workers = new ConcurrentHashMap<>();
    private final Map<String, Set<WorkerInfo>> named = new ConcurrentHashMap<>();
    private final AtomicLong version = new AtomicLong();
    private final CuratorCache cache;
    private volatile boolean initialized;
    private volatile boolean connected = true;
    private volatile Picture picture = new Picture(false, -1, List.of());

    /** @param curator started; stays the caller's */
    public Presence(CuratorFramework curator) {
        curator.getConnectionStateListenable().addListener((client, state) -> connectionChanged(state));
        cache = CuratorCache.build(curator, PresencePaths.WORKERS);
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forCreatesAndChanges((before, node) -> put(node))
                        .forDeletes(this::remove)
                        .forInitialized(() -> {
                            initialized = true;
                            version.incrementAndGet();
                        })
                        .build());
        cache.start();
    }

    /**
     * Who is there.
     *
     * @param complete whether this can be relied on: the connection stands and everything has been read
     * @param version changes whenever the workers do
     * @param workers by incarnation
     */
    public record Picture(boolean complete, long version, List<WorkerInfo> workers) {}

    /** That of a picture taken now. */
    public long version() {
        return version.get();
    }

    /** Whether another worker of this name is there than the one of this id. */
    public boolean hasNamesake(String name, String worker) {
        return named.getOrDefault(name, Set.of()).stream().anyMatch(other -> other.isNamesakeOf(name, worker));
    }

    /** The same workers, and not only equal ones, as long as nothing changes. */
    public Picture picture() {
        long at = version.get();
        var last = picture;
        if (last.version() != at) {
            var present = workers.values().stream()
                    .sorted(Comparator.comparing(WorkerInfo::incarnation))
                    .toList();
            last = new Picture(false, at, present);
            picture = last;
        }
        return new Picture(initialized && connected, at, last.workers());
    }

    private void connectionChanged(ConnectionState state) {
        connected = state.isConnected();
        version.incrementAndGet();
    }

    private void put(ChildData node) {
        if (node.getPath().equals(PresencePaths.WORKERS)) {
            return;
        }
        try {
            var worker = Codec.read(WorkerInfo.class, node.getData());
            var before = workers.put(node.getPath(), worker);
            unname(before);
            named.computeIfAbsent(worker.name(), name -> ConcurrentHashMap.newKeySet())
                    .add(worker);
            version.incrementAndGet();
        } catch (UnreadableRecord e) {
            log.warn("{} is not a worker's presence: {}", node.getPath(), e.getMessage());
        }
    }

    private void remove(ChildData node) {
        var gone = workers.remove(node.getPath());
        if (gone != null) {
            unname(gone);
            version.incrementAndGet();
        }
    }

    /** The cache tells of one change after the other. */
    private void unname(@Nullable WorkerInfo worker) {
        if (worker != null) {
            named.computeIfPresent(worker.name(), (name, some) -> {
                some.remove(worker);
                return some.isEmpty() ? null : some;
            });
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
