package dev.coil.ops.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.linecorp.armeria.server.Server;
import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event.RequestAnswered;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.gateway.Gateway;
import dev.coil.scheduler.gateway.GatewayConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class GatewayTest {

    private static final String GRAPH = """
            name: demo
            tasks:
              build:
                run: make
              test:
                needs: [build]
                matrix: {shard: [1, 2]}
                run: make test
            """;

    @TempDir
    private static Path directory;

    private static final HttpClient client = HttpClient.newHttpClient();
    private static EmbeddedKafka kafka;
    private static ScriptedResolver resolver;
    private static Gateway gateway;
    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        var settings = KafkaSettings.single(kafka.bootstrapServers());
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
        }
        resolver = new ScriptedResolver(settings);
        gateway = new Gateway(new GatewayConfig(settings, directory.resolve("gateway"), Duration.ofSeconds(5)));
        var builder = Server.builder().http(0);
        gateway.register(builder);
        server = builder.build();
        server.start().join();
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop().join();
        gateway.close();
        resolver.close();
        kafka.close();
    }

    @BeforeEach
    void forget() {
        resolver.reset();
    }

    @Test
    void shouldMakeARunOfAGraph() throws Exception {
        var submitted = submit(Map.of("graph", graph(GRAPH), "submitter", "ada"));

        assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(201);
        var run = json(submitted);
        assertThat(run.get("project").asText()).isEqualTo("demo");
        assertThat(run.get("number").asInt()).isPositive();
        assertThat(run.get("id").asText()).matches("[0-9a-f]{16}");
        assertThat(run.get("tasks").asInt()).isEqualTo(3);
        assertThat(run.get("warnings").isArray()).isTrue();
        var staged = (Command.StageTasks) resolver.commands().get(0);
        assertThat(staged.submission()).isEqualTo(run.get("id").asText());
        assertThat(staged.tasks()).extracting(task -> task.name()).containsExactly("build", "test/1", "test/2");
        var submit = (Command.SubmitRun) resolver.commands().get(1);
        assertThat(submit.tasks()).isEqualTo(3);
        assertThat(submit.submitter()).isEqualTo("ada");
        assertThat(submit.source()).isEqualTo(Source.none());
        assertThat(submit.skipUnmatched()).isFalse();
    }

    @Test
    void shouldHandOnWhatTheSubmitterSays() throws Exception {
        var source = Map.of("ref", "refs/heads/main", "event", "push", "directory", "sub/dir", "subject", "Change");

        submit(Map.of("graph", graph(GRAPH), "source", source, "select", List.of("build"), "skipUnmatched", true));

        var submit = resolver.commands(Command.SubmitRun.class).findFirst().orElseThrow();
        assertThat(submit.source()).isEqualTo(new Source(null, "refs/heads/main", "push", "", "sub/dir", "Change"));
        assertThat(submit.tasks()).isEqualTo(1);
        assertThat(submit.skipUnmatched()).isTrue();
    }

    @Test
    void shouldAnswerARepeatedSubmissionWithTheSameRun() throws Exception {
        var body = Map.of("id", "00000000000000aa", "graph", graph(GRAPH));

        var first = submit(body);
        var second = submit(body);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(second.statusCode()).isEqualTo(201);
        assertThat(second.body()).isEqualTo(first.body());
    }

    @Test
    void shouldNotMixSubmissionsOfTheSameId() throws Exception {
        var many =
                GRAPH.replace("[1, 2]", IntStream.range(0, 700).boxed().toList().toString());
        var body = Map.of("id", "00000000000000bb", "graph", graph(many));

        var sent = IntStream.range(0, 6)
                .mapToObj(i -> client.sendAsync(post("/api/v1/runs", body), BodyHandlers.ofString()))
                .toList();

        assertThat(sent)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(201));
        var places = new ArrayList<Integer>();
        for (var command : resolver.commands()) {
            places.add(command instanceof Command.StageTasks stage ? stage.first() : -1);
        }
        var once = List.of(0, 200, 400, 600, -1);
        assertThat(places).hasSize(6 * once.size());
        for (int i = 0; i < 6; i++) {
            assertThat(places.subList(i * once.size(), (i + 1) * once.size())).isEqualTo(once);
        }
    }

    @Test
    void shouldKeepALongScriptAsABlob() throws Exception {
        var script = "# " + "ä".repeat(40_000);
        var text = "name: demo\ntasks:\n  long:\n    run: |\n      " + script + "\n";

        submit(Map.of("graph", graph(text)));

        var action = resolver.commands(Command.StageTasks.class)
                .findFirst()
                .orElseThrow()
                .tasks()
                .get(0)
                .action();
        assertThat(action.script()).isEmpty();
        var blob = client.send(request("/api/v1/blobs/" + action.scriptBlob()).build(), BodyHandlers.ofString());
        assertThat(blob.body()).contains(script);
    }

    @Test
    void shouldSayWhatIsWrongWithAGraphAndWhere() throws Exception {
        var refused = submit(Map.of("graph", graph(GRAPH.replace("[build]", "[biuld]"))));

        assertThat(refused.statusCode()).isEqualTo(400);
        var problem = json(refused).get("problems").get(0);
        assertThat(problem.get("file").asText()).isEqualTo(".coil.yml");
        assertThat(problem.get("line").asInt()).isEqualTo(6);
        assertThat(problem.get("message").asText()).contains("biuld");
        assertThat(json(refused).get("error").asText()).contains("biuld");
        assertThat(resolver.commands()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    {"grahp": {}}                                  | unknown field 'grahp'
                    {"graph": {"text": "", "name": ""}}            | unknown field 'graph.name'; known here: file, text
                    {"graph":                                      | not JSON
                    {"graph": {"text": "x"}, "graph": {}}          | Duplicate
                    {"graph": {"text": "x"}} {}                    | railing
                    {"graph": []}                                  | line 1, column
                    []                                             | line 1, column 1
                    null                                           | the body is null
                    {}                                             | field 'graph.text' is missing
                    {"graph": {"text": "x"}, "id": "A"}            | 16 lower-case hexadecimal digits
                    {"graph": {"text": "x"}, "project": "../x"}    | not a project's name
                    {"graph": {"text": "x"}, "select": [null]}     | field 'select'
                    {"graph": {"text": "x"}, "skipUnmatched": "no"} | field 'skipUnmatched'
                    {"graph": {"text": "x"}, "source": {"directory": "a/../../b"}} | field 'source.directory'
                    {"graph": {"text": "x"}, "source": {"commit": "HEAD"}}         | field 'source.commit'
                    """)
    void shouldSayWhatIsWrongWithABody(String body, String message) throws Exception {
        var refused = client.send(
                request("/api/v1/runs").POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());

        assertThat(refused.statusCode()).as(refused.body()).isEqualTo(400);
        assertThat(json(refused).get("error").asText()).contains(message);
    }

    @Test
    void shouldAskForAProjectWhereNobodyNamesOne() throws Exception {
        var nameless = Map.of("graph", graph(GRAPH.replace("name: demo\n", "")));

        assertThat(submit(nameless).body()).contains("belongs to no project");

        var named = new HashMap<String, Object>(nameless);
        named.put("project", "given");
        assertThat(json(submit(named)).get("project").asText()).isEqualTo("given");
    }

    @Test
    void shouldWantTheCommitFirst() throws Exception {
        var repository = Files.createDirectories(directory.resolve("repository"));
        var commit = commit(repository);
        var body = Map.of("graph", graph(GRAPH.replace("demo", "sourced")), "source", Map.of("commit", commit));

        var early = submit(body);
        git(repository, "push", "--quiet", url("/git/sourced.git"), "HEAD:refs/coil/commits/" + commit);
        var late = submit(body);

        assertThat(early.statusCode()).isEqualTo(400);
        assertThat(json(early).get("error").asText()).contains(commit, "push it to /git/sourced.git");
        assertThat(late.statusCode()).as(late.body()).isEqualTo(201);
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void shouldNameTheLimitOfABody(HttpClient.Version version) throws Exception {
        var large = request("/api/v1/runs")
                .version(version)
                .POST(BodyPublishers.ofByteArray(new byte[65 * 1024 * 1024]))
                .build();

        var refused = client.send(large, BodyHandlers.ofString());

        assertThat(refused.statusCode()).isEqualTo(413);
        assertThat(refused.body()).contains("64 MiB");
    }

    @Test
    void shouldTakeAGraphOfManyMegabytes() throws Exception {
        var comment = "# " + "x".repeat(100) + "\n";

        var submitted = submit(Map.of("graph", graph(GRAPH + comment.repeat(300_000))));

        assertThat(submitted.statusCode()).as(submitted.body()).isEqualTo(201);
    }

    @Test
    void shouldPassOnCancelsAndRetries() throws Exception {
        assertThat(order("cancel", "{\"task\": 2, \"reason\": \"not needed\"}").statusCode())
                .isEqualTo(202);
        assertThat(order("cancel", "").statusCode()).isEqualTo(202);
        assertThat(order("retry", "{}").body()).isEqualTo("{}");
        assertThat(order("retry", "{\"task\": 0}").statusCode()).isEqualTo(202);

        assertThat(resolver.commands(Command.CancelRun.class))
                .extracting(
                        Command.CancelRun::project,
                        Command.CancelRun::run,
                        Command.CancelRun::task,
                        Command.CancelRun::reason)
                .containsExactly(tuple("demo", 17, 2, "not needed"), tuple("demo", 17, null, "cancelled on request"));
        assertThat(resolver.commands(Command.RetryRun.class))
                .extracting(Command.RetryRun::task)
                .containsExactly(null, 0);
        var ids = new HashSet<String>();
        resolver.commands(Command.Request.class).forEach(request -> ids.add(request.requestId()));
        assertThat(ids).hasSize(4);
    }

    @ParameterizedTest
    @CsvSource({
        "UNKNOWN_RUN, 404",
        "UNKNOWN_TASK, 404",
        "FORGOTTEN, 410",
        "ALREADY_FINISHED, 409",
        "NOT_FINISHED, 409",
        "NOTHING_TO_RETRY, 409",
        "INCOMPLETE_SUBMISSION, 409"
    })
    void shouldPassOnRejections(Rejection rejection, int status) throws Exception {
        resolver.answer(request ->
                new RequestAnswered(request.requestId(), request.project(), 0, rejection, "it cannot be, as I say"));

        var rejected = order("retry", "{}");

        assertThat(rejected.statusCode()).isEqualTo(status);
        assertThat(rejected.body()).isEqualTo("{\"error\":\"it cannot be, as I say\"}");
    }

    @Test
    void shouldRefuseOrdersThatCannotBeMeant() throws Exception {
        assertThat(order("cancel", "{\"task\": -1}").body()).contains("at least 0");
        assertThat(order("cancel", "{\"task\": 1.5}").statusCode()).isEqualTo(400);
        assertThat(order("retry", "{\"dependents\": true}").body()).contains("field 'dependents' goes with 'task'");
        assertThat(order("retry", "{\"reason\": \"x\"}").body()).contains("unknown field 'reason'");
        assertThat(client.send(post("/api/v1/projects/demo/runs/first/cancel", Map.of()), BodyHandlers.ofString())
                        .body())
                .contains("'first' is not a run's number");
        assertThat(resolver.commands()).isEmpty();
    }

    @Test
    void shouldSayWhatToDoWhenNobodyAnswers() throws Exception {
        resolver.answer(request -> null);

        var unanswered = submit(Map.of("id", "00000000000000cc", "graph", graph(GRAPH)));

        assertThat(unanswered.statusCode()).isEqualTo(503);
        assertThat(json(unanswered).get("error").asText())
                .contains("no answer from the scheduler within 5 s", "\"id\": \"00000000000000cc\"");
    }

    @Test
    void shouldFindItsAnswerAmongThoseOfOthers() throws Exception {
        resolver.answer(request -> new RequestAnswered(
                request.requestId(), request.project(), 100 + ((Command.SubmitRun) request).tasks(), null, ""));

        var sent = IntStream.rangeClosed(1, 20)
                .mapToObj(i -> {
                    var graph = GRAPH.replace(
                            "[1, 2]", IntStream.range(0, i).boxed().toList().toString());
                    return client.sendAsync(
                            post("/api/v1/runs", Map.of("graph", graph(graph))), BodyHandlers.ofString());
                })
                .toList();

        for (int i = 1; i <= 20; i++) {
            assertThat(json(sent.get(i - 1).join()).get("number").asInt()).isEqualTo(101 + i);
        }
    }

    @Test
    void shouldNotLetAForeignPageSubmit() throws Exception {
        var foreign = client.send(
                request("/api/v1/runs")
                        .header("Origin", "https://example.com")
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());
        var own = client.send(
                request("/api/v1/runs")
                        .header("Origin", url(""))
                        .POST(BodyPublishers.ofString("{}"))
                        .build(),
                BodyHandlers.ofString());

        assertThat(foreign.statusCode()).isEqualTo(403);
        assertThat(own.statusCode()).isEqualTo(400);
    }

    private static Map<String, String> graph(String text) {
        return Map.of("file", ".coil.yml", "text", text);
    }

    private static HttpResponse<String> submit(Map<String, ?> body) throws Exception {
        return client.send(post("/api/v1/runs", body), BodyHandlers.ofString());
    }

    private static HttpResponse<String> order(String verb, String body) throws Exception {
        var uri = "/api/v1/projects/demo/runs/17/" + verb;
        return client.send(request(uri).POST(BodyPublishers.ofString(body)).build(), BodyHandlers.ofString());
    }

    private static HttpRequest post(String path, Map<String, ?> body) {
        try {
            return request(path)
                    .header("Content-Type", "application/json")
                    .POST(BodyPublishers.ofByteArray(Codec.MAPPER.writeValueAsBytes(body)))
                    .build();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(url(path)));
    }

    private static String url(String path) {
        return "http://127.0.0.1:" + server.activeLocalPort() + path;
    }

    private static JsonNode json(HttpResponse<String> response) throws Exception {
        return Codec.MAPPER.readTree(response.body());
    }

    private static String commit(Path repository) throws Exception {
        git(repository, "init", "--quiet", ".");
        git(
                repository,
                "-c",
                "user.name=A",
                "-c",
                "user.email=a@example.com",
                "commit",
                "--quiet",
                "--allow-empty",
                "-m",
                "x");
        return git(repository, "rev-parse", "HEAD").strip();
    }

    private static String git(Path repository, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(repository.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
