package dev.coil.ops.viewer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.tuple.Attributes;
import dev.coil.protocol.tuple.WorkerInfo;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ViewerRestartTest {

    private static final String LOG = "/api/v1/runs/mylang%231/tasks/0/attempts/1/log";
    private static final WorkerInfo WORKER =
            new WorkerInfo("build1", "w1", "i1", Attributes.of(Map.of("os", "linux")), 8, "0.1.0", 1, false);

    private final HttpClient client = HttpClient.newHttpClient();
    private ViewerNode node;
    private Teller.Run run;

    @BeforeEach
    void start(@TempDir Path directory) throws Exception {
        node = ViewerNode.start(directory);
        var task = Teller.task("build", "build");
        run = node.teller().run("mylang", 1, Source.none(), List.of(task), 1_700_000_000_000L);
        run.started(0, WORKER, 1_700_000_001_000L);
    }

    @AfterEach
    void stop() throws Exception {
        node.close();
    }

    private String get(String path) throws IOException, InterruptedException {
        return client.send(HttpRequest.newBuilder(node.uri(path)).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void awaitLog(String text) {
        node.teller().flush();
        await().untilAsserted(() -> assertThat(get(LOG)).isEqualTo(text));
    }

    @Test
    void shouldKnowEverythingAgainAfterARestart() throws Exception {
        run.print(0, 1, 1, 1, "before\n");
        awaitLog("before\n");
        var before = get("/api/v1/runs/mylang%231");

        node.restartViewer();
        assertThat(get("/api/v1/runs/mylang%231")).isEqualTo(before);
        assertThat(get(LOG)).isEqualTo("before\n");

        run.print(0, 1, 1, 2, "after\n");
        run.finished(0, 1, Outcome.SUCCESS, 0, 1_700_000_002_000L);
        awaitLog("before\nafter\n");
        assertThat(get("/api/v1/runs/mylang%231")).contains("\"outcome\":\"success\"");
    }

    @Test
    void shouldStoreLogsOnceThoughTheirChunksAreReadAgain() throws Exception {
        run.print(0, 1, 1, 1, "one\n");
        run.print(0, 1, 2, 2, "two\n");
        run.printAgain(0, 1, 0, "one\n");
        awaitLog("one\ntwo\n");

        // As after a crash before the positions were written.
        var positions = node.viewerDirectory().resolve("logs/positions");
        await().until(() -> Files.exists(positions));
        node.restartViewer(() -> Files.delete(positions));

        run.print(0, 1, 1, 3, "three\n");
        awaitLog("one\ntwo\nthree\n");
        assertThat(get(LOG + "?format=jsonl").lines()).hasSize(3);
    }

    @Test
    void shouldPassOverARecordThatIsNoChunk() throws Exception {
        node.teller().garble();
        run.print(0, 1, 1, 1, "goes on\n");

        awaitLog("goes on\n");
    }

    @Test
    void shouldKeepUpWithATaskThatPrintsAtFullSpeed() throws Exception {
        int chunks = 1_000;
        int chunkBytes = 64 * 1024;
        var text = ("y\n".repeat(32) + "\n").repeat(chunkBytes / 65);
        long from = System.nanoTime();
        for (int i = 0; i < chunks; i++) {
            run.print(0, 1, 1, i, text);
        }
        node.teller().flush();
        long printed = System.nanoTime();

        long expected = (long) chunks * text.length();
        await().untilAsserted(() -> assertThat(client.send(
                                HttpRequest.newBuilder(node.uri(LOG))
                                        .header("Range", "bytes=-1")
                                        .build(),
                                HttpResponse.BodyHandlers.ofString())
                        .headers()
                        .firstValue("content-range")
                        .orElse(""))
                .endsWith("/" + expected));
        long stored = System.nanoTime();

        assertThat(stored - printed)
                .as("nanoseconds the store was behind, of %d in which a task could print", printed - from)
                .isLessThan(Math.max(1_000_000_000L, printed - from));
    }
}
