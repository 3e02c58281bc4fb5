package dev.coil.ops.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.node.NodeStartException;
import dev.coil.ops.node.Reach;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of keys when a node is started again, repaired, or has damaged data. */
class AccessDataTest {

    @TempDir
    private Path home;

    private NodeConfig config() {
        return NodeConfig.defaults(home)
                .withReach(new Reach("127.0.0.1", 0, null, false, URI.create("http://ci.example.org"), false))
                .withoutWorker();
    }

    @Test
    void shouldKeepKeysOverARepairAndNotGuessThemFromDamagedData() throws Exception {
        Door viewer;
        try (var node = EmbeddedNode.start(config())) {
            var operator = new Door(node.url(), node.running().operatorKey(home));
            viewer = operator.enrolled(operator.token(Map.of("role", "viewer")), "anna");
        }

        try (var node = EmbeddedNode.start(config().withRepair())) {
            assertThat(new Door(node.url(), viewer.key()).get("/api/v1/runs").statusCode())
                    .isEqualTo(200);
        }

        var file = home.resolve("kafka/coil.access-0/00000000000000000000.log");
        var bytes = Files.readAllBytes(file);
        bytes[bytes.length / 3] ^= 1;
        Files.write(file, bytes);
        assertThatThrownBy(() -> EmbeddedNode.start(config()).close())
                .isInstanceOf(NodeStartException.class)
                .hasMessageContainingAll("coil.access is damaged", "restore Kafka's data", "needs a new token");
    }
}
