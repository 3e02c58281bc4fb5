package dev.coil.ops.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.server.Server;
import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.ops.node.EmbeddedZooKeeper;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.log.CommandLog;
import dev.coil.protocol.log.EventTail;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.SpaceFeed;
import dev.coil.protocol.log.Topics;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.space.SpaceChange;
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
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a worker sees that hands in what its task generated: the gateway and the scheduler together. */
class HandoverTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ClaimId CLAIM = new ClaimId("tester", 1);

    private final HttpClient client = HttpClient.newHttpClient();
    private final List<EventRecord> events = new CopyOnWriteArrayList<>();
    private EmbeddedKafka kafka;
    private EmbeddedZooKeeper zookeeper;
    private Scheduler scheduler;
    private Gateway gateway;
    private Server server;
    private CommandLog commands;
    private EventTail tail;
    private ReadyTask generator;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        var settings = KafkaSettings.single(kafka.bootstrapServers());
        scheduler = new Scheduler(
                new SchedulerConfig(settings, zookeeper.connectString(), directory.resolve("scheduler"), "one", true));
        scheduler.start();
        gateway = new Gateway(new GatewayConfig(settings, directory));
        var builder = Server.builder().http(0);
        gateway.register(builder);
        server = builder.build();
        server.start().join();
        commands = new CommandLog(settings);
        tail = new EventTail(settings, EventTail.Start.BEGINNING, "tail", events::addAll);
        var graph = "x-env: {env: {A: b}}\ntasks: {plan: {run: x, checkout: false, generates: more.yml}}\n";
        var body = Map.of("project", "demo", "graph", Map.of("text", graph));
        var submitted = post("/api/v1/runs", Codec.MAPPER.writeValueAsString(body));
        assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(201);
        generator = take(settings);
    }

    private ReadyTask take(KafkaSettings settings) {
        var taken = new CopyOnWriteArrayList<ReadyTask>();
        try (var feed = new SpaceFeed(settings, List.of(Topics.space("any")))) {
            await().atMost(PATIENCE).until(() -> {
                for (var change : feed.poll(Duration.ofMillis(50))) {
                    if (change instanceof SpaceChange.Put put) {
                        taken.add(put.ready());
                    }
                }
                return !taken.isEmpty();
            });
        }
        var task = taken.get(0);
        commands.append(
                new Command.ClaimTask(task.project(), task.run(), task.task(), task.attempt(), CLAIM, "tester"));
        await().atMost(PATIENCE).until(() -> seen(Event.TaskClaimed.class).size() == 1);
        return task;
    }

    private <T extends Event> List<T> seen(Class<T> type) {
        return events.stream()
                .map(EventRecord::event)
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @AfterEach
    void stop() throws Exception {
        tail.close();
        commands.close();
        server.stop().join();
        gateway.close();
        scheduler.close();
        zookeeper.close();
        kafka.close();
    }

    @Test
    void shouldStageOnceWhatIsHandedInTwiceAndAddItWithTheResult() throws Exception {
        var text = "tasks: {a: {extends: x-env, run: x}, b: {needs: a, run: x}}\n";

        var first = json(200, handIn(CLAIM, text));
        var second = json(200, handIn(CLAIM, text));

        assertThat(second).isEqualTo(first);
        assertThat(first.get("tasks").asInt()).isEqualTo(2);
        assertThat(seen(Event.TasksGenerated.class)).isEmpty();
        var generated = new AttemptResult.Generated(2, first.get("sha256").asText());
        commands.append(new Command.FinishTask(
                "demo",
                1,
                0,
                generator.attempt(),
                CLAIM,
                new AttemptResult(Outcome.SUCCESS, 0, null, null, 1, 2, 0, List.of(), null, generated)));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(seen(Event.TasksGenerated.class))
                .containsExactly(new Event.TasksGenerated("demo", 1, 0, 1, 1, 2)));
        assertThat(seen(Event.GeneratedStaged.class)).hasSize(1);
        var blob = get("/api/v1/blobs/" + first.get("sha256").asText());
        assertThat(blob.body()).isEqualTo(text);
    }

    @Test
    void shouldSayWhereABadFileIsBad() throws Exception {
        var answer = json(400, handIn(CLAIM, "tasks:\n  a: {run: x, needs: plan}\n  b: {rum: x}\n"));
        assertThat(answer.get("error").asText()).startsWith("more.yml:3:7: unknown key 'rum' in a task");
        assertThat(answer.get("problems").get(0).get("line").asInt()).isEqualTo(3);

        var repository = json(400, handIn(CLAIM, "tasks: {a: {run: x, checkout: {repository: ../lib}}}\n"));
        assertThat(repository.get("error").asText())
                .isEqualTo("task plan/a checks out ../lib, and 'source.inputs' has no commit for it:"
                        + " only what the graph's own tasks check out is known");
        assertThat(seen(Event.GeneratedStaged.class)).isEmpty();
    }

    @Test
    void shouldTakeNothingFromWhoDoesNotHoldTheClaim() throws Exception {
        var answer = json(409, handIn(new ClaimId("other", 1), "tasks: {a: {run: x}}\n"));

        assertThat(answer.get("error").asText()).isEqualTo("more.yml: this attempt is no longer the worker's");
        assertThat(seen(Event.GeneratedStaged.class)).isEmpty();
    }

    @Test
    void shouldSayWhatIsMissingInARequest() throws Exception {
        var empty = json(400, post(path(), "{}"));
        assertThat(empty.get("error").asText())
                .contains("expected the fields attempt, claim, name, generates and text");

        var context = "0".repeat(64);
        var body = Map.of(
                "attempt",
                1,
                "claim",
                CLAIM.toString(),
                "name",
                "plan",
                "generates",
                Map.of("file", "more.yml", "depth", 1, "context", context),
                "text",
                "tasks: {}");
        var unknown = json(503, post(path(), Codec.MAPPER.writeValueAsString(body)));
        assertThat(unknown.get("error").asText())
                .contains("this node does not have")
                .contains(context);
    }

    private HttpResponse<String> handIn(ClaimId claim, String text) throws Exception {
        var body = Map.of(
                "attempt",
                generator.attempt(),
                "claim",
                claim.toString(),
                "name",
                generator.name(),
                "generates",
                generator.action().generates(),
                "text",
                text);
        return post(path(), Codec.MAPPER.writeValueAsString(body));
    }

    private static String path() {
        return "/api/v1/projects/demo/runs/1/tasks/0/generated";
    }

    private static JsonNode json(int status, HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        return Codec.MAPPER.readTree(answer.body());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return client.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return client.send(
                HttpRequest.newBuilder(uri(path))
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
    }
}
