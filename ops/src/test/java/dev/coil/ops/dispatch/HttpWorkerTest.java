package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.HttpWorkerConfig;
import dev.coil.worker.runner.Limits;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The worker in Java that claims over HTTP, with a real node. */
class HttpWorkerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private EmbeddedNode node;
    private dev.coil.worker.HttpWorker worker;

    @BeforeEach
    void start() throws Exception {
        node = EmbeddedNode.start(config().withPort(0));
        worker = new dev.coil.worker.HttpWorker(new HttpWorkerConfig(
                node.url(),
                directory.resolve("worker"),
                "remote",
                2,
                Set.of("quiet"),
                Map.of(),
                Limits.STANDARD,
                OwnerRules.NONE,
                null));
        worker.start();
    }

    private NodeConfig config() {
        return NodeConfig.defaults(directory.resolve("home")).withoutWorker();
    }

    @AfterEach
    void stop() {
        worker.close();
        node.close();
    }

    private void submit(String graph) throws Exception {
        var body = Codec.MAPPER.writeValueAsString(Map.of("project", "p", "graph", Map.of("text", graph)));
        var answer = HttpWorker.send(HttpRequest.newBuilder(node.url().resolve("/api/v1/runs"))
                .POST(BodyPublishers.ofString(body))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    private String get(String path) throws Exception {
        return HttpWorker.send(HttpRequest.newBuilder(node.url().resolve("/api/v1/runs/p%231" + path))
                        .build())
                .body();
    }

    private JsonNode task(int index) throws Exception {
        return Codec.MAPPER.readTree(get("/tasks/" + index));
    }

    private void awaitOutcome(int index, String outcome) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(task(index).path("outcome").asText())
                        .as("%s", task(index))
                        .isEqualTo(outcome));
    }

    @Test
    void shouldRunTasksThatPassFilesAndTreesOn() throws Exception {
        submit("""
                defaults: {checkout: false}
                tasks:
                  build:
                    run: mkdir out; echo built > out/file; echo "by $COIL_WORKER"
                    artifacts: {dist: out/}
                  test:
                    needs: [build]
                    download: {build.dist: in/}
                    run: cat in/file
                  on:
                    from: build
                    run: cat out/file
                  bad:
                    run: echo no >&2; exit 3
                    allow-failure: true
                  more:
                    run: "printf 'tasks: {one: {run: echo one, checkout: false}}' > more.yml"
                    generates: more.yml
                """);

        for (int i = 0; i < 5; i++) {
            awaitOutcome(i, i == 3 ? "failure" : "success");
        }
        awaitOutcome(5, "success");
        assertThat(get("/tasks/0/attempts/1/log?follow=true")).contains("by remote\n");
        assertThat(get("/tasks/1/attempts/1/log?follow=true")).endsWith("built\n");
        assertThat(get("/tasks/2/attempts/1/log?follow=true")).endsWith("built\n");
        assertThat(task(3).path("attempts").path(0).path("exitCode").asInt()).isEqualTo(3);
    }

    @Test
    void shouldKillWhatIsCancelled() throws Exception {
        var alive = directory.resolve("alive");
        submit("tasks: {slow: {checkout: false, run: 'echo $$ > " + alive + "; exec sleep 300'}}");
        await().atMost(PATIENCE).until(() -> Files.exists(alive) && Files.size(alive) > 0);
        var process = ProcessHandle.of(Long.parseLong(Files.readString(alive).strip()))
                .orElseThrow();

        HttpWorker.send(HttpRequest.newBuilder(node.url().resolve("/api/v1/projects/p/runs/1/cancel"))
                .POST(BodyPublishers.ofString("{}"))
                .build());

        await().atMost(PATIENCE).until(() -> !process.isAlive());
        awaitOutcome(0, "cancelled");
    }

    @Test
    void shouldGoOnWithATaskThroughARestartOfTheNode() throws Exception {
        var go = directory.resolve("go");
        submit("tasks: {long: {checkout: false, run: 'echo before; until [ -e " + go
                + " ]; do sleep 0.1; done; echo after'}}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(get("/tasks/0/attempts/1/log")).contains("before"));
        int port = node.url().getPort();

        node.close();
        node = EmbeddedNode.start(config().withPort(port));
        Files.createFile(go);

        awaitOutcome(0, "success");
        assertThat(task(0).path("attempts")).hasSize(1);
        assertThat(get("/tasks/0/attempts/1/log?follow=true")).isEqualTo("before\nafter\n");
    }

    @Test
    void shouldEndWhatRunsWhenItIsDrainedAndTakeNothingMore() throws Exception {
        var go = directory.resolve("go");
        submit("tasks: {last: {checkout: false, run: 'until [ -e " + go
                + " ]; do sleep 0.1; done'}, never: {needs: [last], checkout: false, run: 'true'}}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(task(0).path("state").asText()).isEqualTo("running"));

        var drained = worker.drain();
        Files.createFile(go);
        drained.get(60, TimeUnit.SECONDS);

        awaitOutcome(0, "success");
        assertThat(task(1).path("state").asText()).isEqualTo("ready");
    }

    @Test
    void shouldGiveBackWhatItRunsWhenItIsClosed() throws Exception {
        submit("tasks: {back: {checkout: false, run: sleep 300}}");
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(task(0).path("state").asText()).isEqualTo("running"));

        worker.close();

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(task(0).path("state").asText()).isEqualTo("ready"));
    }

    @Test
    void shouldSpeakOfATaskBeforeItDoesAnythingElseForIt() throws Exception {
        var requests = new CopyOnWriteArrayList<String>();
        var between = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        var threads = Executors.newCachedThreadPool();
        between.setExecutor(threads);
        between.createContext("/", exchange -> passOn(exchange, requests));
        between.start();
        var url = URI.create("http://127.0.0.1:" + between.getAddress().getPort());
        try (var heard = new dev.coil.worker.HttpWorker(new HttpWorkerConfig(
                url,
                directory.resolve("heard"),
                "heard",
                1,
                Set.of("heard"),
                Map.of(),
                Limits.STANDARD,
                OwnerRules.NONE,
                null))) {
            heard.start();

            submit("tasks: {brief: {checkout: false, runs-on: [heard], run: 'true'}}");
            awaitOutcome(0, "success");
        } finally {
            between.stop(0);
            threads.shutdownNow();
        }

        assertThat(requests)
                .filteredOn(request -> request.contains("/claims/"))
                .first()
                .asString()
                .matches("PUT \\S+/log, 0 bytes");
    }

    /** Notes a request, and lets the node answer it. */
    private void passOn(HttpExchange exchange, List<String> requests) throws IOException {
        try (exchange) {
            var body = exchange.getRequestBody().readAllBytes();
            requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + ", " + body.length + " bytes");
            var request = HttpRequest.newBuilder(node.url().resolve(exchange.getRequestURI()))
                    .method(exchange.getRequestMethod(), BodyPublishers.ofByteArray(body));
            for (var name : List.of("accept", "content-type", "content-range", "coil-stream", "coil-at")) {
                var value = exchange.getRequestHeaders().getFirst(name);
                if (value != null) {
                    request.header(name, value);
                }
            }
            var answer = HttpWorker.send(request.build());
            var bytes = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.statusCode(), bytes.length == 0 ? -1 : bytes.length);
            exchange.getResponseBody().write(bytes);
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
