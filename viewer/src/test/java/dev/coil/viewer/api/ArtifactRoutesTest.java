package dev.coil.viewer.api;

import static dev.coil.viewer.projection.Events.task;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.TaskSummary;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.viewer.archive.Tars;
import dev.coil.viewer.archive.Zips;
import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ArtifactRoutesTest {

    private ApiServer server;
    private int number;
    private String digest = "";
    private String attempt = "";

    @BeforeAll
    void start(@TempDir Path directory) {
        server = new ApiServer(directory);
    }

    @AfterAll
    void stop() throws Exception {
        server.close();
    }

    @BeforeEach
    void finish() {
        number++;
        digest = Integer.toString(number);
        attempt = "/api/v1/runs/mylang%23" + number + "/tasks/0/attempts/1/artifacts/";
        var run = server.events.run("mylang", number, task("build"), task("test", 0));
        server.events.claimed(run, 0, 1);
        var artifacts = List.of(new StoredArtifact("dist", digest, 10, 2), new StoredArtifact("lost", "lost", 1, 1));
        var result = new AttemptResult(Outcome.SUCCESS, 0, null, null, 1, 2, 0, artifacts, null, null);
        server.events.tell(new Event.TaskFinished("mylang", number, 0, 1, Outcome.SUCCESS, result, null, null, null));
    }

    private void keep(Tars tar) throws IOException {
        server.kept.put(digest, tar.packed());
    }

    private JsonNode entries(String query) throws Exception {
        var answer = server.get(attempt + "dist/entries" + query);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Codec.MAPPER.readTree(answer.body());
    }

    private HttpResponse<String> file(String path, String... headers) throws Exception {
        return server.get(attempt + "dist/files/" + path, headers);
    }

    private static String header(HttpResponse<String> answer, String name) {
        return answer.headers().firstValue(name).orElse("");
    }

    @Test
    void shouldListADirectory() throws Exception {
        keep(new Tars()
                .directory("./")
                .file("./a.txt", "four")
                .directory("./docs/")
                .file("./docs/b.txt", "x")
                .link("./latest", "docs/b.txt", false)
                .file("./site.wwz", new Zips().file("index.html", "<p>").bytes())
                .file("./../out", "x"));

        var top = entries("");

        assertThat(top.toString())
                .startsWith("{\"path\":\"\",\"total\":4,\"entries\":["
                        + "{\"name\":\"a.txt\",\"kind\":\"file\",\"bytes\":4,\"target\":null,\"archive\":false},"
                        + "{\"name\":\"docs\",\"kind\":\"directory\",\"bytes\":null,\"target\":null,\"archive\":false},"
                        + "{\"name\":\"latest\",\"kind\":\"link\",\"bytes\":null,\"target\":\"docs/b.txt\",\"archive\":false},"
                        + "{\"name\":\"site.wwz\",\"kind\":\"file\",")
                .endsWith("\"archive\":true}],\"next\":null,\"leftOut\":1}");
        assertThat(entries("?path=docs/").at("/entries/0/name").asText()).isEqualTo("b.txt");
        assertThat(entries("?path=site.wwz/").at("/entries/0/name").asText()).isEqualTo("index.html");
    }

    @Test
    void shouldGiveALargeDirectoryInPages() throws Exception {
        var tar = new Tars();
        for (int i = 0; i < 25; i++) {
            tar.file(String.format("f%02d", i), "");
        }
        keep(tar);

        var first = entries("?limit=10");
        var last = entries("?limit=10&after=f19");

        assertThat(first.get("total").asInt()).isEqualTo(25);
        assertThat(first.get("entries")).hasSize(10);
        assertThat(first.get("next").asText()).isEqualTo("f09");
        assertThat(entries("?limit=10&after=f09").at("/entries/0/name").asText())
                .isEqualTo("f10");
        assertThat(last.get("entries")).hasSize(5);
        assertThat(last.get("next").isNull()).isTrue();
        var found = entries("?find=F2");
        assertThat(found.get("total").asInt()).isEqualTo(5);
    }

    @Test
    void shouldServeAFileOutOfAZip() throws Exception {
        keep(new Tars()
                .file("site.wwz", new Zips().file("a/index.html", "<h1>it</h1>").bytes()));

        var answer = file("site.wwz/a/index.html");

        assertThat(answer.body()).isEqualTo("<h1>it</h1>");
        assertThat(header(answer, "content-type")).isEqualTo("text/html; charset=utf-8");
        assertThat(header(answer, "content-length")).isEqualTo("11");
        assertThat(file("site.wwz/a/").body()).isEqualTo("<h1>it</h1>");
    }

    @Test
    void shouldLetNothingOfATaskActForTheNode() throws Exception {
        keep(new Tars().file("x.html", "<script>alert(1)</script>").file("x.bin", new byte[] {0, 1}));

        for (var name : List.of("x.html", "x.bin")) {
            var answer = file(name);
            assertThat(header(answer, "content-security-policy")).startsWith("sandbox; default-src 'none';");
            assertThat(header(answer, "x-content-type-options")).isEqualTo("nosniff");
            assertThat(header(answer, "referrer-policy")).isEqualTo("no-referrer");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "page.html, text/html; charset=utf-8, inline",
        "style.CSS, text/css; charset=utf-8, inline",
        "code.js, text/plain; charset=utf-8, inline",
        "doc.xhtml, text/plain; charset=utf-8, inline",
        "p.svg, image/svg+xml; charset=utf-8, inline",
        "p.png, image/png, inline",
        "paper.pdf, application/pdf, attachment",
        "a.zip, application/zip, attachment",
        "README, text/plain; charset=utf-8, inline",
        "a.out, text/plain; charset=utf-8, inline",
    })
    void shouldServeAFileAsWhatItIs(String name, String type, String disposition) throws Exception {
        keep(new Tars().file(name, "some text"));

        var answer = file(name);

        assertThat(header(answer, "content-type")).isEqualTo(type);
        assertThat(header(answer, "content-disposition")).startsWith(disposition + "; filename=\"" + name);
        assertThat(header(file(name + "?download"), "content-disposition")).startsWith("attachment;");
    }

    @Test
    void shouldNotShowBytesAsText() throws Exception {
        keep(new Tars().file("core", new byte[] {0x7f, 'E', 'L', 'F', 0}));

        assertThat(header(file("core"), "content-type")).isEqualTo("application/octet-stream");
        assertThat(header(file("core"), "content-disposition")).startsWith("attachment");
    }

    @Test
    void shouldServeAPartOfAFile() throws Exception {
        keep(new Tars()
                .file("f", "0123456789")
                .file("z.zip", new Zips().file("f", "0123456789").bytes()));

        for (var path : List.of("f", "z.zip/f")) {
            var part = file(path, "range", "bytes=3-5");
            assertThat(part.statusCode()).isEqualTo(206);
            assertThat(part.body()).isEqualTo("345");
            assertThat(header(part, "content-range")).isEqualTo("bytes 3-5/10");
            assertThat(file(path, "range", "bytes=10-").statusCode()).isEqualTo(416);
        }
    }

    @Test
    void shouldServeALargeFileAsItIs() throws Exception {
        var content = "0123456789abcdef\n".repeat(1_000_000);
        keep(new Tars().file("f", content).file("empty", ""));

        assertThat(file("f").body()).isEqualTo(content);
        assertThat(file("empty").body()).isEmpty();
        assertThat(file("empty").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "größe.txt", "50%.txt", "a;b=c", "what?", "#1", "a+b", "a:b", "a&b", "%41", "..."})
    void shouldFindFilesOfUnusualNames(String name) throws Exception {
        keep(new Tars()
                .file("d/" + name, "found")
                .file("z.zip", new Zips().file(name, "found").bytes()));
        var encoded = URLEncoder.encode(name, UTF_8).replace("+", "%20");

        assertThat(file("d/" + encoded).body()).isEqualTo("found");
        assertThat(file("z.zip/" + encoded).body()).isEqualTo("found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "../x",
                "..%2Fx",
                "%2e%2e/x",
                "/etc/passwd",
                "%2Fetc%2Fpasswd",
                "z.zip/../z.zip",
                "z.zip/../../x",
                "x/",
                "link",
                "link/passwd",
                "z.zip/link",
                "d",
                "none",
                "%00"
            })
    void shouldServeNothingElse(String path) throws Exception {
        keep(new Tars()
                .file("x", "x")
                .file("d/f", "x")
                .file("z.zip", new Zips().file("f", "x").bytes())
                .link("link", "/etc", false));

        assertThat(file(path).statusCode()).isIn(400, 404);
    }

    @Test
    void shouldSayWhatIsNotThere() throws Exception {
        keep(new Tars().file("f", "x").link("l", "f", false));

        assertThat(file("none").body())
                .isEqualTo("{\"error\":\"the artifact dist of build of mylang#" + number + " has no file 'none'\"}");
        assertThat(file("l").body()).contains("is a symbolic link, and links are not followed here");
        assertThat(server.get(attempt + "dist/entries?path=f").statusCode()).isEqualTo(404);
        assertThat(server.get(attempt + "other/entries").body())
                .isEqualTo("{\"error\":\"build of mylang#" + number
                        + " has no artifact 'other' of attempt 1; it has dist, lost\"}");
        assertThat(server.get(attempt.replace("/1/", "/latest/") + "dist/files/f")
                        .body())
                .isEqualTo("x");
        assertThat(server.get(attempt.replace("tasks/0", "tasks/1") + "dist/entries")
                        .statusCode())
                .isEqualTo(404);
        assertThat(server.get(attempt + "lost/entries").statusCode()).isEqualTo(410);
    }

    @Test
    void shouldSayWhenAnArtifactExpired() throws Exception {
        keep(new Tars().file("f", "x"));
        assertThat(Codec.MAPPER
                        .readTree(server.get("/api/v1/runs/mylang%23" + number + "/tasks/0")
                                .body())
                        .at("/attempts/0/artifacts/0/expiresAt")
                        .isNull())
                .isTrue();
        var expiring = new TaskSummary(
                "docs",
                "docs",
                Map.of(),
                List.of(),
                Requirement.ANY,
                null,
                Priority.NORMAL,
                false,
                null,
                "",
                List.of("site"),
                null,
                Resources.NONE,
                null,
                Map.of("site", 3_600_000L));
        var run = server.events.run("short", number, expiring);
        server.events.claimed(run, 0, 1);
        var result = new AttemptResult(
                Outcome.SUCCESS, 0, null, null, 1, 2, 0, List.of(new StoredArtifact("site", digest, 1, 1)), null, null);
        server.events.tell(new Event.TaskFinished("short", number, 0, 1, Outcome.SUCCESS, result, null, null, null));
        var at = Instant.ofEpochMilli(server.events.now() + 3_600_000L) + "";
        var address = "/api/v1/runs/short%23" + number + "/tasks/0/attempts/1/artifacts/site/";

        assertThat(server.get(address + "files/f").statusCode())
                .as("its run goes on")
                .isEqualTo(200);
        server.events.tell(new Event.RunFinished("short", number, Outcome.SUCCESS));

        var answer = server.get(address + "files/f");
        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(answer.body().replace(".000Z", "Z"))
                .isEqualTo("{\"error\":\"the artifact site of docs of short#" + number + " expired on " + at
                        + ": run the task again to have it anew\"}");
        assertThat(server.get(address + "entries").statusCode()).isEqualTo(410);
    }

    @Test
    void shouldSayThatAnArchiveIsDamaged() throws Exception {
        server.kept.put(digest, "no archive".getBytes(UTF_8));
        var damaged = server.get(attempt + "dist/entries");
        assertThat(damaged.statusCode()).isEqualTo(422);
        assertThat(damaged.body()).contains("is no gzip-compressed archive, or is damaged");
    }

    @Test
    void shouldSayThatAZipIsDamaged() throws Exception {
        keep(new Tars().file("z.zip", "no zip").file("f", "x"));

        assertThat(server.get(attempt + "dist/entries?path=z.zip/").statusCode())
                .isEqualTo(422);
        assertThat(file("z.zip/f").statusCode()).isEqualTo(422);
        assertThat(file("z.zip").body()).isEqualTo("no zip");
        assertThat(file("f").body()).isEqualTo("x");
    }
}
