package dev.coil.ops.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.worker.ShellWorker;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.FleetWorker;
import dev.coil.worker.HttpWorkerConfig;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.runner.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the owner of a machine does not want is not run on it, whatever the node says. */
class OwnerRulesTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final OwnerRules RULES = new OwnerRules(List.of("my*"), List.of(), List.of("!pull_request"));

    @TempDir
    private Path directory;

    @Test
    void shouldTakeOnlyWhatTheOwnerOfAMachineAllows() throws Exception {
        try (var node = EmbeddedNode.start(NodeConfig.defaults(directory.resolve("home"))
                        .withPort(0)
                        .withoutWorker());
                var kafka = started(overKafka(node));
                var http = started(overHttp(node.url()));
                var shell = ShellWorker.start(
                        "dash",
                        node.url(),
                        directory.resolve("shell"),
                        "--label",
                        "shell",
                        "--project",
                        "my*",
                        "--event",
                        "!pull_request")) {
            var client = new NodeClient(node.url());
            await().atMost(PATIENCE)
                    .until(() -> NodeClient.workers(client.workersJson()).size() == 3);
            for (var worker : NodeClient.workers(client.workersJson())) {
                assertThat(worker.rules()).as(worker.name()).isEqualTo(RULES);
            }

            submit(node.url(), "other", "manual");
            submit(node.url(), "mylang", "pull_request");
            submit(node.url(), "mylang", "manual");

            await().atMost(PATIENCE)
                    .until(() -> client.run("mylang#2").summary().isFinished());
            var passed = client.run("mylang#2");
            assertThat(passed.tasks())
                    .allSatisfy(task -> assertThat(task.outcome().text()).isEqualTo("success"));
            assertThat(client.run("other#1").tasks())
                    .allSatisfy(task -> assertThat(task.state()).isEqualTo("ready"));
            assertThat(client.run("mylang#1").tasks())
                    .allSatisfy(task -> assertThat(task.state()).isEqualTo("ready"));
            assertThat(NodeClient.waiting(client.why(client.run("other#1").summary(), 0))
                            .reasons()
                            .get(0)
                            .text())
                    .contains(
                            "a worker that matches it may not take it",
                            "takes no project 'other' (its owner's rules: my*)");
            assertThat(NodeClient.waiting(client.why(client.run("mylang#1").summary(), 1))
                            .reasons()
                            .get(0)
                            .text())
                    .contains("takes no event 'pull_request' (its owner's rules: !pull_request)");

            for (var place : List.of("kafka/ran.log", "http/ran.log", "shell/worker/ran.log")) {
                await().atMost(PATIENCE).untilAsserted(() -> assertThat(directory.resolve(place))
                        .content()
                        .containsPattern("T[0-9:]+Z mylang#2 [a-z]+ attempt=1 commit=- ref=- event=manual"
                                + " outcome=success seconds=[0-9]+\n")
                        .doesNotContain("other", "pull_request"));
            }
        }
    }

    /** A node that hands out what it should not. */
    @Test
    void shouldGiveBackWhatANodeHandsOutAllTheSame() throws Exception {
        var heard = new ConcurrentLinkedQueue<String>();
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> answer(exchange, heard));
        server.start();
        var url = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        try (var shell = ShellWorker.start("dash", url, directory.resolve("shell"), "--project", "my*")) {
            await().atMost(PATIENCE).until(() -> heard.stream().anyMatch(what -> what.startsWith("DELETE")));

            assertThat(heard).anySatisfy(what -> assertThat(what)
                    .contains("claims/T0", "takes+no+project+%27evil%27")
                    .startsWith("DELETE"));
            assertThat(heard).noneSatisfy(what -> assertThat(what).contains("/result"));
            assertThat(shell.said()).contains("gives back evil#1 t: takes no project 'evil'");
        } finally {
            server.stop(0);
        }
        assertThat(directory.resolve("ran")).doesNotExist();
    }

    private void answer(HttpExchange exchange, Queue<String> heard) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            var path = exchange.getRequestURI().toString();
            heard.add(exchange.getRequestMethod() + " " + path);
            if (path.contains("/claim?")) {
                var task = ("claim T0\nproject evil\nrun 1\ntask t\nattempt 1\ntimeout 60\nshell sh\ndirectory \\c\n"
                                + "workdir \\c\n\ntouch " + directory.resolve("ran") + "\n")
                        .getBytes(UTF_8);
                exchange.sendResponseHeaders(200, task.length);
                exchange.getResponseBody().write(task);
            } else {
                exchange.sendResponseHeaders(path.endsWith(".sha256") ? 404 : 204, -1);
            }
        }
    }

    private static FleetWorker started(FleetWorker worker) throws Exception {
        worker.start();
        return worker;
    }

    private FleetWorker overKafka(EmbeddedNode node) {
        var running = node.running();
        return new Worker(new WorkerConfig(
                KafkaSettings.single(running.kafka()),
                running.zookeeper(),
                directory.resolve("kafka"),
                "kafka",
                1,
                Set.of("kafka"),
                Map.of(),
                null,
                Limits.STANDARD,
                RULES));
    }

    private FleetWorker overHttp(URI url) {
        return new dev.coil.worker.HttpWorker(new HttpWorkerConfig(
                url, directory.resolve("http"), "http", 1, Set.of("http"), Map.of(), Limits.STANDARD, RULES, null));
    }

    private static void submit(URI node, String project, String event) throws Exception {
        var graph = """
                tasks:
                  kafka: {runs-on: [kafka], checkout: false, run: "true"}
                  http: {runs-on: [http], checkout: false, run: "true"}
                  shell: {runs-on: [shell], checkout: false, run: "true"}
                """;
        var body = Map.of("project", project, "source", Map.of("event", event), "graph", Map.of("text", graph));
        var answer = HttpWorker.send(HttpRequest.newBuilder(node.resolve("/api/v1/runs"))
                .POST(BodyPublishers.ofString(Codec.MAPPER.writeValueAsString(body)))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }
}
