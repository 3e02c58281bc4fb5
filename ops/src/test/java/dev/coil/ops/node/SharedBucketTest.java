package dev.coil.ops.node;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.SubmitRequest;
import dev.coil.ops.client.Submitted;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.scheduler.blob.S3Place;
import dev.coil.worker.Worker;
import dev.coil.worker.WorkerConfig;
import dev.coil.worker.blob.NodeAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one Kafka and one ZooKeeper, with a bucket between them. */
class SharedBucketTest {

    private static final Duration SOON = Duration.ofSeconds(120);
    private static final String KEY_SETTING = "aws.accessKeyId";
    private static final String SECRET_SETTING = "aws.secretAccessKey";

    @TempDir
    private Path directory;

    private EmbeddedKafka kafka;
    private EmbeddedZooKeeper zookeeper;
    private S3Server bucket;

    @BeforeEach
    void startServers() throws Exception {
        System.setProperty(KEY_SETTING, S3Server.KEY);
        System.setProperty(SECRET_SETTING, S3Server.SECRET);
        bucket = S3Server.start(Files.createDirectories(directory.resolve("s3")));
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        zookeeper = EmbeddedZooKeeper.start(directory.resolve("zookeeper"));
    }

    @AfterEach
    void stopServers() throws Exception {
        zookeeper.close();
        kafka.close();
        bucket.close();
        System.clearProperty(KEY_SETTING);
        System.clearProperty(SECRET_SETTING);
    }

    @Test
    void shouldRunThroughTheOneWhatWasSubmittedToTheOther() throws Exception {
        try (var first = start("first");
                var second = start("second");
                var worker = new Worker(worker(new NodeAddress(second.url(), null)))) {
            worker.start();

            var submitted = submit(first, "tasks: {one: {run: 'cp file copy', artifacts: {copy: copy}}}");

            var run = ended(second, submitted);
            assertThat(run.summary().outcome()).isEqualTo(Outcome.SUCCESS);
            var copy = run.tasks().get(0).attempts().get(0).artifacts().get(0);
            for (var node : List.of(first, second)) {
                try (var content = new NodeClient(node.url()).blob(copy.sha256())) {
                    assertThat(content.readAllBytes()).isNotEmpty();
                }
                var file = node.url()
                        .resolve("/api/v1/runs/demo%231/tasks/0/attempts/1/artifacts/copy/files/copy")
                        .toURL();
                try (var content = file.openStream()) {
                    assertThat(content).hasContent("content\n");
                }
            }
        }
    }

    @Test
    void shouldGoOnThroughTheNodeThatIsLeft() throws Exception {
        var go = directory.resolve("go");
        var graph = "tasks: {one: {run: 'touch " + directory.resolve("runs") + "; until test -e " + go
                + "; do sleep 0.1; done; cp file copy', artifacts: {copy: copy}},"
                + " two: {download: {one.copy: got}, run: 'cmp file got'}}";
        try (var first = start("first");
                var second = start("second");
                var worker = new Worker(worker(null))) {
            worker.start();
            var submitted = submit(first, graph);
            await().atMost(SOON).until(() -> Files.exists(directory.resolve("runs")));

            first.close();
            Files.createFile(go);

            assertThat(ended(second, submitted).summary().outcome()).isEqualTo(Outcome.SUCCESS);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithTheBucketWhenItStarts() {
        var config = config("lonely").withBucket(S3Place.parse("s3://nowhere", bucket.endpoint(), null));

        assertThatThrownBy(() ->
                        ClusterNode.start(config, Notices.toTheLog(), settings(), zookeeper.connectString(), false))
                .isInstanceOf(NodeStartException.class)
                .hasMessage("the gateway did not start: s3://nowhere at " + bucket.endpoint()
                        + ": there is no bucket nowhere: make it, or name another one");
    }

    private Submitted submit(Node node, String graph) throws Exception {
        var sources = Files.createDirectories(directory.resolve("sources"));
        Files.writeString(sources.resolve("file"), "content\n");
        git(sources, "init", "--quiet", ".");
        git(sources, "add", ".");
        git(sources, "-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "Begin");
        var commit = git(sources, "rev-parse", "HEAD").strip();
        git(sources, "push", "--quiet", node.url() + "/git/demo.git", commit + ":refs/coil/commits/" + commit);
        return new NodeClient(node.url())
                .submit(new SubmitRequest(
                        UUID.randomUUID().toString().replace("-", "").substring(0, 16),
                        "demo",
                        new SubmitRequest.GraphText(".coil.yml", graph),
                        new Source(commit, "", "manual", "", "", ""),
                        List.of(),
                        null,
                        false,
                        "test"));
    }

    private static String git(Path directory, String... arguments) throws Exception {
        var command = new ArrayList<>(List.of("git"));
        command.addAll(List.of(arguments));
        var process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private static Run ended(Node node, Submitted submitted) {
        var client = new NodeClient(node.url());
        await().atMost(SOON)
                .ignoreExceptions()
                .until(() -> client.run(submitted).summary().outcome() != null);
        return client.run(submitted);
    }

    private Node start(String name) {
        var config = config(name).withBucket(S3Place.parse("s3://coil/ci", bucket.endpoint(), null));
        return ClusterNode.start(config, Notices.toTheLog(), settings(), zookeeper.connectString(), false);
    }

    private NodeConfig config(String name) {
        return NodeConfig.defaults(directory.resolve(name)).withPort(0);
    }

    private KafkaSettings settings() {
        return new KafkaSettings(kafka.bootstrapServers(), 4, (short) 1, Map.of());
    }

    private WorkerConfig worker(@Nullable NodeAddress node) {
        return new WorkerConfig(
                settings(), zookeeper.connectString(), directory.resolve("worker"), "w", 2, Set.of(), Map.of(), node);
    }
}
