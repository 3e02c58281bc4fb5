package dev.coil.viewer.api;

import static dev.coil.viewer.projection.Events.task;
import static dev.coil.viewer.projection.Events.worker;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.viewer.archive.Tars;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The document says what the server does: every path that can be read is asked for, and its answer held against its schema. */
@Timeout(30)
class OpenApiTest {

    /** Served by the gateway, whose tests hold it to this document. */
    private static final List<String> OF_THE_GATEWAY =
            List.of("/api/v1/access/", "/api/v1/blobs/", "/api/v1/projects/");

    private ApiServer server;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        server = new ApiServer(directory);
        var events = server.events;
        var run = events.run("mylang", 17, task("build"), task("test", true, 0), task("lint"), task("docs"));
        events.tell(new Event.Paused(new Pause(PauseScope.worker("build1"), "disk full", "ann", 1_700_000_000_000L)));
        events.tell(new Event.WorkersReported(List.of(worker("build1", "inc1"))));
        events.claimed(run, 0, 1);
        server.print(run, 0, 1, 0, 1, "hello\n");
        server.kept.put("ab".repeat(32), new Tars().file("README", "read me").packed());
        var artifact = new StoredArtifact("dist", "ab".repeat(32), 10, 2);
        var result =
                new AttemptResult(Outcome.SUCCESS, 0, "fine", "it went well", 1, 2, 6, List.of(artifact), null, null);
        events.tell(new Event.TaskFinished("mylang", 17, 0, 1, Outcome.SUCCESS, result, "fine", null, null));
        events.claimed(run, 1, 1);
        events.ready(run, 2, 1);
        events.tell(
                new Event.TaskFinished("mylang", 17, 3, 0, Outcome.SKIPPED, null, null, "not now", EndKind.CONDITION));
        events.tell(new Event.RunOutcomeKnown("mylang", 17, Outcome.SUCCESS));
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private JsonNode document() throws Exception {
        return Codec.MAPPER.readTree(server.get("/api/v1/openapi.json").body());
    }

    private static String example(String path) {
        return path.replace("{run}", "mylang%2317")
                .replace("{index}", "0")
                .replace("{attempt}", "1")
                .replace("{artifact}", "dist")
                .replace("{path}", "README");
    }

    private static List<String> violations(JsonNode document, JsonNode schema, JsonNode value) {
        ObjectNode whole = schema.deepCopy();
        whole.set("components", document.get("components"));
        return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(whole).validate(value).stream()
                .map(Object::toString)
                .toList();
    }

    @Test
    void shouldNameThisVersion() throws Exception {
        assertThat(document().at("/info/version").asText()).isEqualTo("1.2.3");
    }

    @Test
    void shouldServeEveryPathThatItDocumentsForReading() throws Exception {
        var document = document();
        var asked = new ArrayList<String>();
        for (var path : document.get("paths").properties()) {
            if (!path.getValue().has("get") || OF_THE_GATEWAY.stream().anyMatch(path.getKey()::startsWith)) {
                continue;
            }
            asked.add(path.getKey());
            var content = path.getValue().at("/get/responses/200/content");
            if (content.has("text/event-stream")) {
                try (var stream = server.follow(example(path.getKey()))) {
                    assertThat(stream.next().event()).as(path.getKey()).isIn("snapshot", "task");
                }
                continue;
            }
            var answer = server.get(example(path.getKey()));
            var type = answer.headers().firstValue("content-type").orElse("").replaceAll(";.*", "");
            assertThat(answer.statusCode()).as(path.getKey()).isEqualTo(200);
            assertThat(content.has(type)).as(type + " of " + path.getKey()).isTrue();
            if (type.equals("application/json")) {
                var schema = content.at("/application~1json/schema");
                assertThat(violations(document, schema, Codec.MAPPER.readTree(answer.body())))
                        .as(path.getKey())
                        .isEmpty();
            }
        }
        assertThat(asked).hasSizeGreaterThanOrEqualTo(10);
    }

    @Test
    void shouldDescribeWhatStreamsSend() throws Exception {
        var document = document();
        try (var stream = server.follow("/api/v1/runs/mylang%2317/stream")) {
            assertThat(violations(document, schema("Run"), stream.next().data()))
                    .isEmpty();
        }
        try (var stream = server.follow("/api/v1/stream")) {
            var snapshot = (ObjectNode) stream.next().data();
            assertThat(snapshot.fieldNames()).toIterable().containsExactly("runs", "workers", "pauses");
            for (var name : List.of("Runs", "Workers", "Pauses")) {
                var part = snapshot.deepCopy().retain(name.toLowerCase(Locale.ROOT));
                assertThat(violations(document, schema(name), part)).as(name).isEmpty();
            }
        }
        for (var line : server.get("/api/v1/runs/latest/tasks/0/attempts/1/log?format=jsonl")
                .body()
                .split("\n")) {
            assertThat(violations(document, schema("LogLine"), Codec.MAPPER.readTree(line)))
                    .isEmpty();
        }
    }

    @Test
    void shouldDescribeErrors() throws Exception {
        var error = Codec.MAPPER.readTree(server.get("/api/v1/runs/mylang%2399").body());

        assertThat(violations(document(), schema("Error"), error)).isEmpty();
    }

    @Test
    void shouldFindAnAnswerThatIsNotAsDescribed() throws Exception {
        var run = (ObjectNode)
                Codec.MAPPER.readTree(server.get("/api/v1/runs/latest").body());

        assertThat(violations(document(), schema("Run"), run.put("surprise", 1)))
                .isNotEmpty();
    }

    private static JsonNode schema(String name) {
        return Codec.MAPPER.createObjectNode().put("$ref", "#/components/schemas/" + name);
    }
}
