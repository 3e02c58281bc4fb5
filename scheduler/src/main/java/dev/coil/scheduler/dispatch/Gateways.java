package dev.coil.scheduler.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.presence.PresencePaths;
import java.util.List;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.cache.CuratorCache;
import org.apache.curator.framework.recipes.cache.CuratorCacheListener;

/** Where all gateways are, as they say in ZooKeeper: workers go on through another one when theirs does not answer. */
final class Gateways implements AutoCloseable {

    private final CuratorCache cache;
    private volatile List<String> urls = List.of();

    /** @param curator started; stays the caller's */
    Gateways(CuratorFramework curator) {
        cache = CuratorCache.build(curator, PresencePaths.GATEWAYS);
        cache.listenable()
                .addListener(CuratorCacheListener.builder()
                        .forAll((type, before, data) -> look())
                        .build());
        cache.start();
    }

    private void look() {
        // Behind a space stands a key, which is for those alone who can read ZooKeeper.
        var all = cache.stream()
                .map(node -> new String(node.getData(), UTF_8).strip().split(" ", 2)[0])
                .filter(url -> url.matches("https?://[!-~]+"))
                .distinct()
                .sorted()
                .toList();
        // A worker has reached the one that there is, perhaps under a better address.
        urls = all.size() < 2 ? List.of() : all;
    }

    /** Their base URLs, in order; none if there is but one. */
    List<String> urls() {
        return urls;
    }

    @Override
    public void close() {
        cache.close();
    }
}
