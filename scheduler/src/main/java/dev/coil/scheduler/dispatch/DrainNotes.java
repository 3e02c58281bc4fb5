package dev.coil.scheduler.dispatch;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.codec.UnreadableRecord;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.presence.PresencePaths;
import java.util.HashMap;
import java.util.Map;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which workers operators have drained, as the owners say in ZooKeeper. */
final class DrainNotes implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(DrainNotes.class);

    private final CuratorCache cache;

    /** @param curator started; stays the caller's */
    DrainNotes(CuratorFramework curator) {
        cache = CuratorCache.build(curator, PresencePaths.DRAINS);
    }

    /**
     * Begins to read.
     *
     * @param changed hears that something is different, on a thread of Curator's
     */
    void start(Runnable changed) {
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forAll((type, old, data) -> changed.run())
                        .build());
        cache.start();
    }

    /** By the name of the worker. */
    Map<String, Pause> orders() {
        var orders = new HashMap<String, Pause>();
        cache.stream().filter(node -> node.getData().length > 0).forEach(node -> {
            try {
                for (var pause : Codec.read(Pause[].class, node.getData())) {
                    orders.merge(pause.scope().name(), pause, DrainNotes::stronger);
                }
            } catch (UnreadableRecord newer) {
                log.warn("{} is not a list of drained workers: {}", node.getPath(), newer.getMessage());
            }
        });
        return orders;
    }

    /** Partitions may know of different ones for a moment. */
    private static Pause stronger(Pause one, Pause other) {
        return other.quarantine() && !one.quarantine() ? other : one;
    }

    @Override
    public void close() {
        cache.close();
    }
}
