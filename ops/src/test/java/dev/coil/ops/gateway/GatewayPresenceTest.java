package dev.coil.ops.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.node.EmbeddedZooKeeper;
import dev.coil.protocol.presence.PresencePaths;
import dev.coil.scheduler.gateway.GatewayPresence;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.Watcher.Event.KeeperState;
import org.apache.zookeeper.ZooKeeper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatewayPresenceTest {

    private static final String PATH = PresencePaths.gateway("g1");

    private EmbeddedZooKeeper zooKeeper;
    private CuratorFramework curator;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        zooKeeper = EmbeddedZooKeeper.start(directory);
        curator = client();
    }

    @AfterEach
    void stop() throws Exception {
        curator.close();
        zooKeeper.close();
    }

    @Test
    void shouldTellWhereTheGatewayIsUntilItIsClosed() throws Exception {
        var presence = new GatewayPresence(curator, "g1", "http://node:8080");
        await().untilAsserted(() -> assertThat(url()).isEqualTo("http://node:8080"));

        presence.close();

        assertThat(curator.checkExists().forPath(PATH)).isNull();
    }

    @Test
    void shouldComeBackAfterTheSessionIsLost() throws Exception {
        var presence = new GatewayPresence(curator, "g1", "http://node:8080");
        await().untilAsserted(() -> assertThat(url()).isNotNull());
        long before = owner();

        expireSession();

        await().untilAsserted(() -> assertThat(owner()).isNotEqualTo(before).isNotZero());
        assertThat(url()).isEqualTo("http://node:8080");
        presence.close();
    }

    @Test
    void shouldTakeOverFromADeadPredecessorWithTheSameId() throws Exception {
        var predecessor = client();
        predecessor
                .create()
                .creatingParentsIfNeeded()
                .withMode(CreateMode.EPHEMERAL)
                .forPath(PATH, "old".getBytes(UTF_8));

        var presence = new GatewayPresence(curator, "g1", "http://node:8080");
        await().untilAsserted(() -> assertThat(url()).isEqualTo("http://node:8080"));
        predecessor.close();

        long session = curator.getZookeeperClient().getZooKeeper().getSessionId();
        await().untilAsserted(() -> assertThat(owner()).isEqualTo(session));
        presence.close();
    }

    private CuratorFramework client() throws Exception {
        var client = CuratorFrameworkFactory.newClient(zooKeeper.connectString(), 5_000, 5_000, new RetryForever(100));
        client.start();
        client.blockUntilConnected();
        return client;
    }

    private String url() throws Exception {
        return curator.checkExists().forPath(PATH) == null
                ? null
                : new String(curator.getData().forPath(PATH), UTF_8);
    }

    private long owner() throws Exception {
        var stat = curator.checkExists().forPath(PATH);
        return stat == null ? 0 : stat.getEphemeralOwner();
    }

    /** A second connection with the same session that closes it, ends it for the first. */
    private void expireSession() throws Exception {
        var session = curator.getZookeeperClient().getZooKeeper();
        var connected = new CountDownLatch(1);
        var twin = new ZooKeeper(
                zooKeeper.connectString(),
                5_000,
                event -> {
                    if (event.getState() == KeeperState.SyncConnected) {
                        connected.countDown();
                    }
                },
                session.getSessionId(),
                session.getSessionPasswd());
        connected.await();
        twin.close();
    }
}
