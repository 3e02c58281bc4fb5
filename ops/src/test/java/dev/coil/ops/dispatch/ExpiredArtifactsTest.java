package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.client.Attempt;
import dev.coil.ops.client.Run;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import dev.coil.protocol.graph.Outcome;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A graph says when an artifact expires, and the node keeps to it. */
class ExpiredArtifactsTest {

    private static final String GRAPH = """
            defaults: {checkout: false}
            tasks:
              make:
                run: echo mine > mine; echo other > other; echo same > same
                artifacts:
                  mine: {path: mine, expires: 1s}
                  same: {path: same, expires: 1s}
                  other: other
            """;

    private static final String OTHER = """
            defaults: {checkout: false}
            tasks:
              make: {run: 'echo same > same; touch -d @0 same', artifacts: {same: same}}
            """;

    @TempDir
    private Path directory;

    @Test
    void shouldRemoveWhatExpiredAndNothingElse() throws Exception {
        try (var node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0))) {
            var graph = GRAPH.replace("echo same > same", "echo same > same; touch -d @0 same");
            var run = GraphRuns.finished(node.url(), "short", graph);
            var other = GraphRuns.finished(node.url(), "long", OTHER);
            assertThat(run.summary().outcome()).isEqualTo(Outcome.SUCCESS);
            var mine = artifact(run, "mine");
            assertThat(artifact(run, "same").sha256())
                    .isEqualTo(artifact(other, "same").sha256());
            assertThat(artifact(run, "other").expiresAt()).isNull();
            assertThat(mine.expiresAt())
                    .isBetween(Instant.now().minusSeconds(120), Instant.now().plusSeconds(1));

            // As if a day had passed since it was stored.
            for (var kept : run.tasks().get(0).artifacts()) {
                Files.setLastModifiedTime(
                        blob(kept), FileTime.from(Instant.now().minus(Duration.ofDays(2))));
            }

            await().atMost(Duration.ofSeconds(150)).until(() -> !Files.exists(blob(mine)));
            assertThat(blob(artifact(run, "other"))).exists();
            assertThat(blob(artifact(run, "same"))).exists();
            assertThat(get(node.url(), "/api/v1/runs/short%231/tasks/0/attempts/1/artifacts/mine/entries")
                            .body())
                    .contains("the artifact mine of make of short#1 expired on ");
            assertThat(get(node.url(), "/api/v1/runs/long%231/tasks/0/attempts/1/artifacts/same/files/same")
                            .body())
                    .isEqualTo("same\n");
        }
    }

    private static Attempt.Artifact artifact(Run run, String name) {
        return run.tasks().get(0).artifacts().stream()
                .filter(artifact -> artifact.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Path blob(Attempt.Artifact artifact) {
        return directory
                .resolve("home/gateway/blobs")
                .resolve(artifact.sha256().substring(0, 2))
                .resolve(artifact.sha256());
    }

    private static HttpResponse<String> get(URI node, String path) throws Exception {
        return HttpWorker.send(HttpRequest.newBuilder(node.resolve(path)).build());
    }
}
