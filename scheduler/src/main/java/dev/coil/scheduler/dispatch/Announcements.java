package dev.coil.scheduler.dispatch;

import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.presence.PresencePaths;
import dev.coil.protocol.tuple.WorkerInfo;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.zookeeper.CreateMode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The presence in ZooKeeper of workers that speak HTTP: one ephemeral node per incarnation, in the gateway's session. Level-triggered:
 * what should be there is written again whenever it may not be. Safe for many threads; nothing here waits.
 */
final class Announcements {

    private static final Logger log = LoggerFactory.getLogger(Announcements.class);

    private final CuratorFramework curator;
    private final Map<String, WorkerInfo> wanted = new ConcurrentHashMap<>();

    /** @param curator started; stays the caller's */
    Announcements(CuratorFramework curator) {
        this.curator = curator;
        curator.getConnectionStateListenable().addListener((client, state) -> {
            if (state == ConnectionState.RECONNECTED) {
                wanted.values().forEach(this::write);
            }
        });
    }

    /** Lets all see the worker under its incarnation, as it is now. */
    void put(WorkerInfo worker) {
        if (!worker.equals(wanted.put(worker.incarnation(), worker))) {
            write(worker);
        }
    }

    void remove(String incarnation) {
        if (wanted.remove(incarnation) != null) {
            try {
                curator.delete().quietly().inBackground().forPath(PresencePaths.worker(incarnation));
            } catch (Exception e) {
                log.warn("cannot take {} out of ZooKeeper: {}", incarnation, e.toString());
            }
        }
    }

    /** Whether this gateway has announced it. */
    boolean has(String incarnation) {
        return wanted.containsKey(incarnation);
    }

    /**
     * Writes again what is not there: its node was another gateway's, which is gone, or ZooKeeper lost it.
     *
     * @param present the incarnations that are
     */
    void check(Set<String> present) {
        wanted.forEach((incarnation, worker) -> {
            if (!present.contains(incarnation)) {
                write(worker);
            }
        });
    }

    private void write(WorkerInfo worker) {
        var path = PresencePaths.worker(worker.incarnation());
        try {
            curator.create()
                    .orSetData()
                    .creatingParentsIfNeeded()
                    .withMode(CreateMode.EPHEMERAL)
                    .inBackground((client, event) -> {
                        if (!wanted.containsKey(worker.incarnation())) {
                            client.delete().quietly().inBackground().forPath(path);
                        }
                    })
                    .withUnhandledErrorListener((message, e) -> log.warn("cannot announce {} yet: {}", path, message))
                    .forPath(path, Codec.encode(worker));
        } catch (Exception e) {
            log.warn("cannot announce {} yet: {}", path, e.toString());
        }
    }
}
