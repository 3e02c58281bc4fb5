package dev.coil.ops.node;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.leader.LeaderLatch;
import org.apache.curator.retry.RetryForever;

/** Which one of several nodes does what one alone is to do. A node that ZooKeeper does not answer to leads no longer. */
final class Leadership implements AutoCloseable {

    private static final int SESSION_MILLIS = 6_000;
    private static final int CONNECT_MILLIS = 5_000;
    private static final int PATIENCE_MILLIS = 15_000;
    private static final int RETRY_MILLIS = 200;
    private static final String PATH = "/leader";

    private final CuratorFramework client;
    private final LeaderLatch latch;

    private Leadership(CuratorFramework client, LeaderLatch latch) {
        this.client = client;
        this.latch = latch;
    }

    /** @throws NodeStartException if ZooKeeper does not answer */
    static Leadership seek(String zookeeper, String name) throws Exception {
        var client = CuratorFrameworkFactory.newClient(
                zookeeper, SESSION_MILLIS, CONNECT_MILLIS, new RetryForever(RETRY_MILLIS));
        client.start();
        if (!client.blockUntilConnected(PATIENCE_MILLIS, TimeUnit.MILLISECONDS)) {
            client.close();
            throw new NodeStartException(
                    "ZooKeeper at " + zookeeper + " does not answer: is it up, and the address right?");
        }
        var latch = new LeaderLatch(client, PATH, name);
        latch.start();
        return new Leadership(client, latch);
    }

    boolean isOurs() {
        return latch.hasLeadership();
    }

    @Override
    public void close() throws IOException {
        latch.close();
        client.close();
    }
}
