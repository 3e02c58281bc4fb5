package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedNodeTest {

    @TempDir
    private Path home;

    @Test
    void shouldServeWithAWorkerAndBeFoundUntilItStops() throws Exception {
        try (var node = EmbeddedNode.start(config().withSlots(3).withLabels(Set.of("quiet")))) {
            assertThat(RunningNode.find(home)).contains(node.running());
            assertThat(get(node, "/api/v1/workers")).contains("\"slots\":3", "\"quiet\"");
            assertThat(get(node, "/")).contains("<html");
        }

        assertThat(RunningNode.find(home)).isEmpty();
        assertThat(home.resolve("node.json")).doesNotExist();
    }

    @Test
    void shouldComeBackWhereItWas() throws Exception {
        var first = EmbeddedNode.start(config().withoutWorker());
        first.close();
        var again = Instant.now();

        try (var second = EmbeddedNode.start(config().withoutWorker())) {
            assertThat(second.running().kafka()).isEqualTo(first.running().kafka());
            assertThat(second.running().zookeeper()).isEqualTo(first.running().zookeeper());
            assertThat(Duration.between(again, Instant.now())).isLessThan(Duration.ofSeconds(9));
        }
    }

    @Test
    void shouldLetNoSecondNodeOnItsHome() {
        try (var node = EmbeddedNode.start(config().withoutWorker())) {
            assertThatThrownBy(() -> EmbeddedNode.start(config()))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining("process " + node.running().pid());
        }
    }

    @Test
    void shouldLeaveNothingBehindWhenItsPortIsTaken() throws Exception {
        try (var other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            assertThatThrownBy(() -> EmbeddedNode.start(config().withPort(other.getLocalPort())))
                    .isInstanceOf(NodeStartException.class)
                    .hasMessageContaining("port " + other.getLocalPort());
        }

        EmbeddedNode.start(config().withoutWorker()).close();
    }

    @Test
    void shouldKeepItsHomeToItsOwner() throws Exception {
        try (var node = EmbeddedNode.start(config().withoutWorker())) {
            assertThat(Files.getPosixFilePermissions(home)).hasSize(3);
            assertThat(node.url().getHost()).isEqualTo("127.0.0.1");
        }
    }

    private NodeConfig config() {
        return NodeConfig.defaults(home).withPort(0);
    }

    private static String get(EmbeddedNode node, String path) throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(node.url().resolve(path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
