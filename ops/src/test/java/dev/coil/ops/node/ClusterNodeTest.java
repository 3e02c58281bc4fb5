package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.SubmitRequest;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
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

class ClusterNodeTest {

    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir
    private Path directory;

    private EmbeddedKafka kafka;
    private EmbeddedZooKeeper zookeeper;

    @BeforeEach
    void startServers() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
    }

    @AfterEach
    void stopServers() throws Exception {
        zookeeper.close();
        kafka.close();
    }

    @Test
    void shouldGoOnWithTheNodeThatIsLeft() throws Exception {
        try (var first = start("first");
                var second = start("second");
                var worker = new Worker(worker())) {
            worker.start();
            runSomeProjects(first);

            first.close();

            runSomeProjects(second);
        }
    }

    @Test
    void shouldSayWhichServerDoesNotAnswer() {
        assertThatThrownBy(
                        () -> ClusterNode.start(config("lonely"), Notices.toTheLog(), settings(), "127.0.0.1:1", false))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContainingAll("ZooKeeper", "127.0.0.1:1");

        var impatient = Map.of("default.api.timeout.ms", "1000", "request.timeout.ms", "1000");
        var nowhere = new KafkaSettings("127.0.0.1:1", 4, (short) 1, impatient);
        assertThatThrownBy(() -> ClusterNode.start(
                        config("lonely"), Notices.toTheLog(), nowhere, zookeeper.connectString(), false))
                .isInstanceOf(NodeStartException.class)
                .hasMessageStartingWith("Kafka at 127.0.0.1:1 cannot be used: is it up, and the address right?");
    }

    /** Of several projects some are in each partition, and so with each scheduler. */
    private static void runSomeProjects(Node node) {
        var client = new NodeClient(node.url());
        for (int project = 0; project < 8; project++) {
            var graph = new SubmitRequest.GraphText(".coil.yml", "tasks: {one: {run: 'true', checkout: false}}");
            var id = UUID.randomUUID().toString().replace("-", "").substring(0, 16);
            var submitted = client.submit(
                    new SubmitRequest(id, "project-" + project, graph, Source.none(), List.of(), null, false, "test"));
            await().atMost(SOON)
                    .until(() -> client.run(submitted.name()).summary().outcome() == Outcome.SUCCESS);
        }
    }

    private Node start(String name) {
        return ClusterNode.start(config(name), Notices.toTheLog(), settings(), zookeeper.connectString(), false);
    }

    private NodeConfig config(String name) {
        return NodeConfig.defaults(directory.resolve(name)).withPort(0);
    }

    private KafkaSettings settings() {
        return new KafkaSettings(kafka.bootstrapServers(), 4, (short) 1, Map.of());
    }

    private WorkerConfig worker() {
        return new WorkerConfig(
                settings(), zookeeper.connectString(), directory.resolve("worker"), "w", 2, Set.of(), Map.of(), null);
    }
}
