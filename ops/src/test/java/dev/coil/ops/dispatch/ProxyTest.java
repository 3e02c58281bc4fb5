package dev.coil.ops.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.worker.ShellWorker;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.HttpWorkerConfig;
import dev.coil.worker.runner.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers behind nginx, which buffers what passes in both directions, and gives up a node that is silent for four seconds. */
class ProxyTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** Longer than two requests for a task live there. */
    private static final long IDLE_MILLIS = 13_000;

    private static final String CONFIGURATION = """
            daemon off;
            master_process off;
            error_log stderr;
            pid DIRECTORY/pid;
            events {}
            http {
                access_log DIRECTORY/access;
                client_body_temp_path DIRECTORY/bodies;
                proxy_temp_path DIRECTORY/answers;
                client_max_body_size 0;
                server {
                    listen 127.0.0.1:PORT;
                    location / {
                        proxy_pass NODE;
                        proxy_read_timeout 4s;
                        proxy_buffering on;
                        proxy_request_buffering on;
                        proxy_hide_header coil-gateway;
                    }
                }
            }
            """;

    private static final String GRAPH = """
            defaults: {checkout: false}
            tasks:
              make:
                run: |
                  dd if=/dev/zero of=large bs=1048576 count=20 2>/dev/null
                  for i in 1 2 3 4 5 6; do echo "line $i"; sleep 1; done
                artifacts: {large: large}
              take:
                download: {make.large: got}
                run: test "$(wc -c < got)" -eq 20971520
              last:
                needs: take
                run: "true"
            """;

    @TempDir
    private Path directory;

    private EmbeddedNode node;
    private Process nginx;
    private URI proxy;

    @BeforeEach
    void start() throws Exception {
        node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withoutWorker().withPort(0));
        int port = freePort();
        var configuration = CONFIGURATION
                .replace("DIRECTORY", directory.toString())
                .replace("PORT", Integer.toString(port))
                .replace("NODE", node.url().toString());
        var file = Files.writeString(directory.resolve("nginx.conf"), configuration);
        var command = new ProcessBuilder("nginx", "-p", directory.toString(), "-e", "stderr", "-c", file.toString());
        command.environment().merge("PATH", ":/usr/sbin", String::concat);
        command.redirectErrorStream(true)
                .redirectOutput(directory.resolve("nginx.log").toFile());
        nginx = started(command);
        proxy = URI.create("http://127.0.0.1:" + port);
        await().atMost(PATIENCE).ignoreExceptions().until(() -> {
            assertThat(nginx.isAlive())
                    .as(Files.readString(directory.resolve("nginx.log")))
                    .isTrue();
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    /** A program is looked for in the PATH of this process, which may lack the directory of servers. */
    private static Process started(ProcessBuilder command) throws IOException {
        if (Files.isExecutable(Path.of("/usr/sbin/nginx"))) {
            command.command().set(0, "/usr/sbin/nginx");
        }
        return command.start();
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @AfterEach
    void stop() throws Exception {
        nginx.destroy();
        assertThat(nginx.waitFor(20, TimeUnit.SECONDS)).isTrue();
        node.close();
    }

    @Test
    void shouldBeNothingToTheShellWorker() throws Exception {
        try (var worker = ShellWorker.start("dash", proxy, directory.resolve("w"))) {
            check();
            assertThat(worker.said()).doesNotContain("tries again").doesNotContain(" 504");
        }
    }

    @Test
    void shouldBeNothingToTheWorkerOverHttp() throws Exception {
        try (var worker = new dev.coil.worker.HttpWorker(new HttpWorkerConfig(
                proxy, directory.resolve("w"), "w", 1, Set.of(), Map.of(), Limits.STANDARD, OwnerRules.NONE, null))) {
            worker.start();
            check();
        }
    }

    private void check() throws Exception {
        // The proxy cuts requests for tasks meanwhile.
        await().atMost(PATIENCE).until(() -> countOf(" 504 ") >= 2);
        long cut = countOf(" 504 ");
        Thread.sleep(IDLE_MILLIS);
        assertThat(countOf(" 504 ")).as("requests cut since the worker knows").isLessThanOrEqualTo(cut + 1);

        var run = finished();
        assertThat(run.summary().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(run.tasks()).allSatisfy(task -> assertThat(task.attempts()).hasSize(1));
        var log = new NodeClient(node.url()).log(run.summary(), 0, 1, false, 0, false);
        try (log) {
            assertThat(new String(log.readAllBytes(), UTF_8)).contains("line 1\n", "line 6\n");
        }
    }

    private long countOf(String text) throws IOException {
        return Files.readAllLines(directory.resolve("access")).stream()
                .filter(line -> line.contains(text))
                .count();
    }

    private Run finished() throws Exception {
        return GraphRuns.finished(node.url(), "proxied", GRAPH);
    }
}
