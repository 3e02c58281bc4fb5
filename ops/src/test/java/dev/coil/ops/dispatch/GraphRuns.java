package dev.coil.ops.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.protocol.codec.Codec;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.Map;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Runs of graphs that need no repository, the first of their project. */
final class GraphRuns {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    private GraphRuns() {}

    static void submit(URI node, String project, String graph) throws Exception {
        var body = Map.of("project", project, "graph", Map.of("text", graph));
        var answer = HttpWorker.send(HttpRequest.newBuilder(node.resolve("/api/v1/runs"))
                .POST(BodyPublishers.ofString(Codec.MAPPER.writeValueAsString(body)))
                .build());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(201);
    }

    /** Submits a graph and waits for the run's end. */
    static Run finished(URI node, String project, String graph) throws Exception {
        submit(node, project, graph);
        return await(node, project, run -> run.summary().isFinished());
    }

    static Run await(URI node, String project, Predicate<Run> wanted) {
        var client = new NodeClient(node);
        return Awaitility.await().atMost(PATIENCE).until(() -> client.run(project + "#1"), wanted);
    }
}
