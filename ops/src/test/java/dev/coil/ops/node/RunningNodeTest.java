package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.MediaType;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunningNodeTest {

    private static final long PID = ProcessHandle.current().pid();

    @TempDir
    private Path home;

    @Test
    void shouldFindANodeThatAnswers() throws Exception {
        try (var server = nodeThatIs(PID)) {
            var node = announce(server.url());

            assertThat(RunningNode.find(home)).contains(node);
        }
    }

    @Test
    void shouldNotFindWhatHasGone() throws Exception {
        var server = nodeThatIs(PID);
        announce(server.url());
        server.close();

        assertThat(RunningNode.find(home)).isEmpty();
    }

    @Test
    void shouldWaitForANodeThatHasTheHomeButIsNotAnnouncedYet() throws Exception {
        Files.createDirectories(home);
        try (var lock = HomeLock.acquire(new NodeHome(home));
                var server = nodeThatIs(PID)) {
            var found = CompletableFuture.supplyAsync(() -> RunningNode.await(home, Duration.ofSeconds(30)));
            assertThat(found).isNotDone();
            var node = announce(server.url());

            assertThat(found.get()).contains(node);
            assertThat(lock).isNotNull();
        }
    }

    @Test
    void shouldNotWaitWhereNoNodeIsStarting() {
        assertThat(RunningNode.await(home, Duration.ofDays(1))).isEmpty();
    }

    @Test
    void shouldNotTakeAnotherNodeForThisOne() throws Exception {
        try (var server = nodeThatIs(PID + 1)) {
            announce(server.url());

            assertThat(RunningNode.find(home)).isEmpty();
        }
    }

    @Test
    void shouldNotFindANodeThatIsStillStarting() throws Exception {
        try (var server = WebServer.start(Reach.LOOPBACK.withPort(0))) {
            announce(server.url());

            assertThat(RunningNode.find(home)).isEmpty();
        }
    }

    @Test
    void shouldTakeAHomeWithoutOrWithATornAnnouncementForOneWithoutANode() throws Exception {
        assertThat(RunningNode.find(home)).isEmpty();

        Files.writeString(home.resolve("node.json"), "{\"url\":");

        assertThat(RunningNode.find(home)).isEmpty();
    }

    private RunningNode announce(URI url) {
        var node = new RunningNode(url, PID, "127.0.0.1:9092", "127.0.0.1:2181");
        node.announceIn(new NodeHome(home));
        return node;
    }

    private static WebServer nodeThatIs(long pid) {
        var server = WebServer.start(Reach.LOOPBACK.withPort(0));
        server.serve(services -> services.service(
                "/api/v1/node", (ctx, request) -> HttpResponse.of(MediaType.JSON, "{\"pid\":" + pid + "}")));
        return server;
    }
}
