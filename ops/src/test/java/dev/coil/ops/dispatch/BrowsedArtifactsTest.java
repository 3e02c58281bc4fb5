package dev.coil.ops.dispatch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.ops.worker.ShellWorker;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.graph.Outcome;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What tasks have kept, looked into where it lies: as both workers pack it. */
class BrowsedArtifactsTest {

    private static final String GRAPH = """
            defaults: {checkout: false}
            tasks:
              site:
                run: |
                  mkdir -p out/docs
                  echo '<script>document.title = "mine"</script><p>hello</p>' > out/docs/index.html
                  ln -s /etc out/etc
                  cp 'ZIP' out/report.wwz
                artifacts: {site: out/}
              one:
                run: cp 'ZIP' 'a report.zip'
                artifacts: {report: a report.zip}
            """;

    private static final int ENTRIES = 22_000;

    @TempDir
    private Path directory;

    @Test
    void shouldShowWhatTheNodesWorkerKept() throws Exception {
        try (var node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0))) {
            check(node.url());
        }
    }

    @Test
    void shouldShowWhatTheShellWorkerKept() throws Exception {
        try (var node = EmbeddedNode.start(NodeConfig.defaults(directory.resolve("home"))
                        .withoutWorker()
                        .withPort(0));
                var worker = ShellWorker.start("dash", node.url(), directory.resolve("w"), "--slots", "2")) {
            check(node.url());
            assertThat(worker.said()).doesNotContain("error");
        }
    }

    private void check(URI node) throws Exception {
        var run = GraphRuns.finished(node, "site", GRAPH.replace("ZIP", zip().toString()));
        assertThat(run.summary().outcome()).isEqualTo(Outcome.SUCCESS);

        assertThat(names(node, "0/attempts/1/artifacts/site/entries")).containsExactly("docs", "etc", "report.wwz");
        var page = get(node, "0/attempts/1/artifacts/site/files/docs/");
        assertThat(page.body()).contains("<p>hello</p>");
        assertThat(page.headers().firstValue("content-security-policy").orElse(""))
                .startsWith("sandbox;");
        assertThat(get(node, "0/attempts/1/artifacts/site/files/etc/passwd").statusCode())
                .isEqualTo(404);

        var logs = entries(node, "0/attempts/1/artifacts/site/entries?path=report.wwz/logs/&limit=10000");
        assertThat(logs.get("total").asInt()).isEqualTo(ENTRIES);
        assertThat(logs.get("entries")).hasSize(10_000);
        assertThat(get(node, "0/attempts/1/artifacts/site/files/report.wwz/logs/21999.txt")
                        .body())
                .isEqualTo("log of 21999\n");

        assertThat(names(node, "1/attempts/latest/artifacts/report/entries")).containsExactly("a report.zip");
        assertThat(names(node, "1/attempts/latest/artifacts/report/entries?path=a%20report.zip/"))
                .containsExactly("logs");
        assertThat(get(node, "1/attempts/latest/artifacts/report/files/a%20report.zip/logs/7.txt")
                        .body())
                .isEqualTo("log of 7\n");
    }

    private Path zip() throws IOException {
        var file = directory.resolve("made.zip");
        try (var zip = new ZipOutputStream(Files.newOutputStream(file))) {
            for (int i = 0; i < ENTRIES; i++) {
                zip.putNextEntry(new ZipEntry("logs/" + i + ".txt"));
                zip.write(("log of " + i + "\n").getBytes(UTF_8));
            }
        }
        return file;
    }

    private static List<String> names(URI node, String path) throws Exception {
        var names = new ArrayList<String>();
        entries(node, path)
                .get("entries")
                .forEach(entry -> names.add(entry.get("name").asText()));
        return names;
    }

    private static JsonNode entries(URI node, String path) throws Exception {
        var answer = get(node, path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Codec.MAPPER.readTree(answer.body());
    }

    private static HttpResponse<String> get(URI node, String path) throws Exception {
        return HttpWorker.send(HttpRequest.newBuilder(node.resolve("/api/v1/runs/site%231/tasks/" + path))
                .build());
    }
}
