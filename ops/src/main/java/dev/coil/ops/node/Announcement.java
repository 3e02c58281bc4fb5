package dev.coil.ops.node;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.access.Secret;
import dev.coil.protocol.presence.PresencePaths;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.nodes.PersistentNode;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.jspecify.annotations.Nullable;

/** Tells workers, through ZooKeeper, where the node's sources and blobs are, for as long as the node lives. */
final class Announcement implements AutoCloseable {

    private static final int SESSION_MILLIS = 6_000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int PATIENCE_MILLIS = 15_000;
    private static final int RETRY_MILLIS = 200;

    private final CuratorFramework client;
    private final PersistentNode node;

    private Announcement(CuratorFramework client, PersistentNode node) {
        this.client = client;
        this.node = node;
    }

    /**
     * @param name of the node; what a killed predecessor of this name left is replaced
     * @param key what workers show that read this; {@code null} where none is needed
     * @throws NodeStartException if ZooKeeper does not answer
     */
    static Announcement make(String zookeeper, String name, URI url, @Nullable Secret key) throws Exception {
        var client = CuratorFrameworkFactory.newClient(
                zookeeper, SESSION_MILLIS, CONNECT_MILLIS, new RetryForever(RETRY_MILLIS));
        client.start();
        if (!client.blockUntilConnected(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            client.close();
            throw new NodeStartException(
                    "ZooKeeper at " + zookeeper + " does not answer: is it up, and the address right?");
        }
        var path = PresencePaths.gateway(name);
        client.delete().quietly().forPath(path);
        var text = key == null ? url.toString() : url + " " + key.text();
        var node = new PersistentNode(client, CreateMode.EPHEMERAL, false, path, text.getBytes(UTF_8));
        node.start();
        node.waitForInitialCreate(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        return new Announcement(client, node);
    }

    @Override
    public void close() throws IOException {
        node.close();
        client.close();
    }
}
