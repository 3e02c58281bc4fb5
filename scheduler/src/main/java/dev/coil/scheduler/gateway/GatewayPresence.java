package dev.coil.scheduler.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.presence.PresencePaths;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.zookeeper.CreateMode;

/**
 * Tells workers and submitters where a gateway is: an ephemeral node in ZooKeeper that is made again whenever it is lost, with its
 * session or otherwise, until this is closed.
 */
public final class GatewayPresence implements AutoCloseable {

    private final PersistentNode node;

    /**
     * Returns at once; the node follows when ZooKeeper answers.
     *
     * @param curator started by the caller, who also closes it, after this
     * @param id unique among gateways
     * @param url the base URL under which others reach it ({@code http://host:port})
     */
    public GatewayPresence(CuratorFramework curator, String id, String url) {
        node = new PersistentNode(curator, CreateMode.EPHEMERAL, false, PresencePaths.gateway(id), url.getBytes(UTF_8));
        node.start();
    }

    @Override
    public void close() {
        try {
            node.close();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot withdraw the gateway from ZooKeeper: " + e.getMessage(), e);
        }
    }
}
