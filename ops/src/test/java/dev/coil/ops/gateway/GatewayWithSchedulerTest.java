package dev.coil.ops.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.ops.node.EmbeddedZooKeeper;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.Scheduler;
import dev.coil.scheduler.SchedulerConfig;
import dev.coil.scheduler.gateway.Gateway;
import dev.coil.scheduler.gateway.GatewayConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a client sees of the gateway and the scheduler together. */
class GatewayWithSchedulerTest {

    private static final String GRAPH = "tasks: {t: {matrix: {i: %s}, run: 'true'}}\n";

    private final HttpClient client = HttpClient.newHttpClient();
    private EmbeddedKafka kafka;
    private EmbeddedZooKeeper zookeeper;
    private Scheduler scheduler;
    private Gateway gateway;
    private Server server;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        var settings = new KafkaSettings(kafka.bootstrapServers(), 3, (short) 1, Map.of());
        scheduler = new Scheduler(
                new SchedulerConfig(settings, zookeeper.connectString(), directory.resolve("scheduler"), "one", true));
        scheduler.start();
        gateway = new Gateway(new GatewayConfig(settings, directory));
        var builder = Server.builder().http(0);
        gateway.register(builder);
        server = builder.build();
        server.start().join();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop().join();
        gateway.close();
        scheduler.close();
        zookeeper.close();
        kafka.close();
    }

    @Test
    void shouldNumberRunsAndRepeatNone() throws Exception {
        var first = submit("00000000000000aa", 450);
        var second = submit("00000000000000bb", 3);
        var again = submit("00000000000000aa", 450);

        assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
        assertThat(Codec.MAPPER.readTree(first.body()).get("number").asInt()).isEqualTo(1);
        assertThat(Codec.MAPPER.readTree(second.body()).get("number").asInt()).isEqualTo(2);
        assertThat(again.statusCode()).isEqualTo(201);
        assertThat(again.body()).isEqualTo(first.body());
    }

    @Test
    void shouldCancelAndRetryARun() throws Exception {
        submit("00000000000000aa", 3);

        assertThat(order("1", "cancel", "{\"task\": 2}").statusCode()).isEqualTo(202);
        assertThat(order("1", "cancel", "{\"task\": 3}").statusCode()).isEqualTo(404);
        assertThat(order("1", "cancel", "{}").statusCode()).isEqualTo(202);
        var twice = order("1", "cancel", "{}");
        assertThat(twice.statusCode()).isEqualTo(409);
        assertThat(twice.body()).containsPattern("\"error\":\"[^\"]+\"");
        assertThat(order("1", "retry", "{}").statusCode()).isEqualTo(202);
        assertThat(order("7", "cancel", "{}").statusCode()).isEqualTo(404);
    }

    @Test
    void shouldCancelAllRunsOfARef() throws Exception {
        submit("00000000000000aa", 3);
        submit("00000000000000bb", 1);
        order("1", "cancel", "{}");

        var first = post("/api/v1/projects/demo/cancel", "{\"ref\": \"main\", \"reason\": \"it is gone\"}");
        var second = post("/api/v1/projects/demo/cancel", "{\"ref\": \"main\"}");

        assertThat(first.statusCode()).as(first.body()).isEqualTo(202);
        assertThat(first.body()).isEqualTo("{\"project\":\"demo\",\"runs\":[2]}");
        assertThat(second.body()).isEqualTo("{\"project\":\"demo\",\"runs\":[]}");
        var unknown = post("/api/v1/projects/dmeo/cancel", "{\"ref\": \"main\"}");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).isEqualTo("{\"error\":\"there is no project dmeo\"}");
        assertThat(post("/api/v1/projects/demo/cancel", "{}").body()).contains("field 'ref' is missing");
    }

    @Test
    void shouldPauseInEveryPartitionAndResume() throws Exception {
        var paused = post("/api/v1/pauses", "{\"requirement\": \"os=linux arch=arm64\", \"reason\": \"new disk\"}");
        assertThat(paused.statusCode()).as(paused.body()).isEqualTo(202);
        assertThat(paused.body()).isEqualTo("{\"kind\":\"requirement\",\"name\":\"arch=aarch64 os=linux\"}");
        assertThat(post("/api/v1/pauses", "{\"project\": \"demo\"}").statusCode())
                .isEqualTo(202);

        var other = post("/api/v1/pauses/resume", "{\"requirement\": \"arch=aarch64\"}");
        assertThat(other.statusCode()).isEqualTo(404);
        assertThat(other.body()).contains("arch=aarch64 is not paused; what is paused: arch=aarch64 os=linux");

        var same = "{\"requirement\": \"arch=aarch64 os=linux\"}";
        assertThat(post("/api/v1/pauses/resume", same).statusCode()).isEqualTo(202);
        assertThat(post("/api/v1/pauses/resume", same).statusCode()).isEqualTo(404);
        assertThat(post("/api/v1/pauses/resume", "{\"project\": \"demo\"}").statusCode())
                .isEqualTo(202);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {}                                           | name one of 'requirement', 'project' and 'worker'; there are 0
                    {"project": "p", "worker": "w"}              | there are 2
                    {"requirement": "s390x"}                     | 's390x' is not a requirement: expected key=value
                    {"requirement": "arch=s309x"}                | there is no arch 's309x', did you mean 's390x'?
                    {"project": "../x"}                          | not a project's name
                    {"requirment": "any"}                        | unknown field 'requirment'
                    """)
    void shouldSayWhatIsWrongWithAPause(String body, String message) throws Exception {
        var refused = post("/api/v1/pauses", body);

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(Codec.MAPPER.readTree(refused.body()).get("error").asText()).contains(message);
    }

    private HttpResponse<String> submit(String id, int tasks) throws Exception {
        var graph = GRAPH.formatted(IntStream.range(0, tasks).boxed().toList());
        var body = Map.of(
                "id",
                id,
                "project",
                "demo",
                "graph",
                Map.of("text", graph),
                "source",
                Map.of("ref", "refs/heads/main"));
        return post("/api/v1/runs", Codec.MAPPER.writeValueAsString(body));
    }

    private HttpResponse<String> order(String number, String verb, String body) throws Exception {
        return post("/api/v1/projects/demo/runs/" + number + "/" + verb, body);
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
        return client.send(
                HttpRequest.newBuilder(uri).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }
}
