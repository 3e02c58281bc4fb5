package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.SubmitRequest;
import dev.coil.ops.client.Submitted;
import dev.coil.ops.worker.ShellWorker;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.worker.HttpWorker;
import dev.coil.worker.HttpWorkerConfig;
import dev.coil.worker.runner.Limits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Workers over HTTP that know one of two nodes, which goes away. */
class TwoGatewaysTest {

    private static final Duration SOON = Duration.ofSeconds(180);

    @TempDir
    private Path directory;

    private EmbeddedKafka kafka;
    private EmbeddedZooKeeper zookeeper;
    private Node first;
    private Node second;

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
        first = node("first");
        second = node("second");
    }

    private Node node(String name) {
        return ClusterNode.start(
                NodeConfig.defaults(directory.resolve(name)).withPort(0),
                Notices.toTheLog(),
                new KafkaSettings(kafka.bootstrapServers(), 4, (short) 1, Map.of()),
                zookeeper.connectString(),
                false);
    }

    @AfterEach
    void stop() throws Exception {
        first.close();
        second.close();
        zookeeper.close();
        kafka.close();
    }

    @Test
    void shouldLetTheShellWorkerGoOnThroughTheOther() throws Exception {
        try (var worker = ShellWorker.start("dash", first.url(), directory.resolve("w"))) {
            loseTheFirst();

            assertThat(worker.said())
                    .contains(first.url() + " cannot be reached: goes on through " + second.url())
                    .containsOnlyOnce("goes on through");
        }
    }

    @Test
    void shouldLetTheWorkerOverHttpGoOnThroughTheOther() throws Exception {
        try (var worker = new HttpWorker(new HttpWorkerConfig(
                first.url(),
                directory.resolve("w"),
                "w",
                1,
                Set.of(),
                Map.of(),
                Limits.STANDARD,
                OwnerRules.NONE,
                null))) {
            worker.start();
            loseTheFirst();
        }
    }

    /** While a task runs that came through it. The worker has heard of the second when it announced itself. */
    private void loseTheFirst() throws Exception {
        var go = directory.resolve("go");
        var running = submit("tasks: {one: {checkout: false, run: 'touch " + directory.resolve("runs")
                + "; until test -e " + go + "; do sleep 0.1; done'}}");
        await().atMost(SOON).until(() -> Files.exists(directory.resolve("runs")));

        first.close();
        Files.createFile(go);

        var run = ended(running);
        assertThat(run.summary().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(run.tasks().get(0).attempts()).hasSize(1);
        var later = submit("tasks: {two: {checkout: false, run: 'echo $COIL_URL > " + directory.resolve("url") + "'}}");
        assertThat(ended(later).summary().outcome()).isEqualTo(Outcome.SUCCESS);
        assertThat(directory.resolve("url")).hasContent(second.url().toString());
    }

    private Submitted submit(String graph) {
        return new NodeClient(second.url())
                .submit(new SubmitRequest(
                        UUID.randomUUID().toString().replace("-", "").substring(0, 16),
                        "demo",
                        new SubmitRequest.GraphText(".coil.yml", graph),
                        new Source("", "", "manual", "", "", ""),
                        List.of(),
                        null,
                        false,
                        "test"));
    }

    private Run ended(Submitted submitted) {
        var client = new NodeClient(second.url());
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> client.run(submitted).summary().outcome() != null);
        return client.run(submitted);
    }
}
