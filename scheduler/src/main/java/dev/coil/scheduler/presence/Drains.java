package dev.coil.scheduler.presence;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.presence.PresencePaths;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells workers in ZooKeeper which of them are drained. What counts is the log; this is a copy of it, which is made again whenever it
 * differs: ZooKeeper may lose it. For several owners' threads.
 */
public final class Drains implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Drains.class);

    private static final long AGAIN_NANOS = TimeUnit.SECONDS.toNanos(3);

    private record Said(byte[] data, long at) {}

    private final CuratorFramework curator;
    private final CuratorCache cache;
    private final Map<Integer, Said> said = new ConcurrentHashMap<>();

    /** @param curator started; stays the caller's */
    public Drains(CuratorFramework curator) {
        this.curator = curator;
        cache = CuratorCache.build(curator, PresencePaths.DRAINS);
        cache.start();
    }

    /** Makes the copy of a partition's drains what it should be; returns at once. To be called again and again. */
    public void tell(int partition, List<Pause> drains) {
        var path = PresencePaths.drains(partition);
        var there = cache.get(path).map(node -> node.getData()).orElse(null);
        var wanted = Codec.write(Pause[].class, drains.toArray(Pause[]::new));
        if (there == null ? drains.isEmpty() : Arrays.equals(there, wanted)) {
            return;
        }
        long now = System.nanoTime();
        var last = said.get(partition);
        if (last != null && Arrays.equals(last.data(), wanted) && now - last.at() < AGAIN_NANOS) {
            return;
        }
        said.put(partition, new Said(wanted, now));
        try {
            curator.create()
                    .orSetData()
                    .creatingParentsIfNeeded()
                    .inBackground()
                    .withUnhandledErrorListener((message, e) -> log.warn("cannot write {} yet: {}", path, message))
                    .forPath(path, wanted);
        } catch (Exception e) {
            log.warn("cannot write {} yet: {}", path, e.toString());
        }
    }

    @Override
    public void close() {
        cache.close();
    }
}
