package dev.coil.ops.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.ops.node.S3Server;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.EventRecord;
import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.log.EventTopic;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.scheduler.blob.BlobReaper;
import dev.coil.scheduler.blob.BlobStore;
import dev.coil.scheduler.blob.DiskBlobs;
import dev.coil.scheduler.blob.S3Blobs;
import dev.coil.scheduler.blob.S3Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs of forgotten runs, with the events on a real broker. */
class BlobReaperTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration PAUSE = Duration.ofMillis(100);

    @TempDir
    Path directory;

    private EmbeddedKafka kafka;
    private KafkaSettings settings;
    private BlobStore store;
    private long seq;

    @BeforeEach
    void start() throws Exception {
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        settings = KafkaSettings.single(kafka.bootstrapServers());
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
        }
        store = new DiskBlobs(directory.resolve("blobs"));
    }

    @AfterEach
    void stop() throws Exception {
        kafka.close();
    }

    private BlobReaper reaper(Duration grace) throws IOException {
        return reaper(grace, ArtifactRetention.STANDARD);
    }

    private BlobReaper reaper(Duration grace, ArtifactRetention artifacts) throws IOException {
        return new BlobReaper(settings, store, artifacts, directory.resolve("unneeded"), grace, Duration.ZERO, PAUSE);
    }

    private String blob(String content) throws IOException {
        return store.put(content.getBytes(UTF_8));
    }

    private void tell(Event event) throws Exception {
        try (var producer = settings.producer()) {
            producer.send(EventTopic.record(new EventRecord(0, ++seq, System.currentTimeMillis(), event)))
                    .get();
        }
    }

    private void ended(int run, String... blobs) throws Exception {
        var artifacts = Stream.of(blobs)
                .map(digest -> new StoredArtifact("a", digest, 1, 1))
                .toList();
        var result = new AttemptResult(Outcome.SUCCESS, 0, null, null, 0, 0, 0, artifacts, null, null);
        tell(new Event.TaskFinished("p", run, 0, 1, Outcome.SUCCESS, result, null, null, null));
    }

    private boolean isThere(String digest) throws IOException {
        return store.open(digest).isPresent();
    }

    @Test
    void shouldRemoveWhatOnlyForgottenRunsNamedAndNothingElse() throws Exception {
        var own = blob("own");
        var shared = blob("shared");
        var unnamed = blob("an upload that no run names yet, or a large file of a commit");
        ended(1, own, shared);
        ended(2, shared);
        try (var reaper = reaper(Duration.ZERO)) {
            tell(new Event.RunForgotten("p", 1));
            await().atMost(PATIENCE).until(() -> !isThere(own));
            assertThat(isThere(shared)).isTrue();

            tell(new Event.RunForgotten("p", 2));
            await().atMost(PATIENCE).until(() -> !isThere(shared));
            assertThat(reaper).isNotNull();
        }
        assertThat(isThere(unnamed)).isTrue();
    }

    @Test
    void shouldRemoveWhatHasExpiredWhileItsRunIsKept() throws Exception {
        var own = blob("own");
        var shared = blob("that the newest run made, too");
        created(1);
        ended(1, own, shared);
        tell(new Event.RunFinished("p", 1, Outcome.SUCCESS));
        created(2);
        ended(2, shared);
        tell(new Event.RunFinished("p", 2, Outcome.SUCCESS));
        try (var reaper = reaper(Duration.ZERO, new ArtifactRetention(1, Duration.ZERO))) {
            await().atMost(PATIENCE).until(() -> !isThere(own));
            assertThat(isThere(shared)).isTrue();

            created(3);
            tell(new Event.RunFinished("p", 3, Outcome.SUCCESS));
            await().atMost(PATIENCE).until(() -> !isThere(shared));
            assertThat(reaper).isNotNull();
        }
    }

    private void created(int run) throws Exception {
        tell(new Event.TasksStaged("p", "id" + run, 0, List.of()));
        tell(new Event.RunCreated("p", run, "id" + run, Source.none(), 0, "me"));
    }

    @Test
    void shouldRemoveFromABucketThatTwoNodesShare() throws Exception {
        System.setProperty("aws.accessKeyId", S3Server.KEY);
        System.setProperty("aws.secretAccessKey", S3Server.SECRET);
        try (var bucket = S3Server.start(Files.createDirectories(directory.resolve("s3")))) {
            var place = S3Place.parse("s3://" + S3Server.BUCKET, bucket.endpoint(), null);
            store = S3Blobs.open(place, directory.resolve("first"));
            var other = S3Blobs.open(place, directory.resolve("second"));
            var own = blob("own");
            var kept = blob("kept");
            ended(1, own, kept);
            ended(2, kept);
            tell(new Event.RunForgotten("p", 1));
            try (var first = reaper(Duration.ZERO);
                    var second = new BlobReaper(
                            settings,
                            other,
                            ArtifactRetention.STANDARD,
                            directory.resolve("other"),
                            Duration.ZERO,
                            Duration.ZERO,
                            PAUSE)) {
                await().atMost(PATIENCE).until(() -> !isThere(own));
                await().atMost(PATIENCE)
                        .until(() -> isEmpty(directory.resolve("unneeded")) && isEmpty(directory.resolve("other")));
                assertThat(first).isNotSameAs(second);
            }
            assertThat(isThere(kept)).as("another run names it").isTrue();
        } finally {
            System.clearProperty("aws.accessKeyId");
            System.clearProperty("aws.secretAccessKey");
        }
    }

    private static boolean isEmpty(Path directory) throws IOException {
        try (var files = Files.list(directory)) {
            return files.findAny().isEmpty();
        }
    }

    @Test
    void shouldRememberOverARestartWhatIsStillToBeRemoved() throws Exception {
        var old = blob("old");
        var again = blob("again");
        ended(1, old, again);
        tell(new Event.RunForgotten("p", 1));
        try (var first = reaper(Duration.ofDays(1))) {
            await().atMost(PATIENCE)
                    .until(() ->
                            directory.resolve("unneeded").resolve(old).toFile().exists());
            assertThat(first).isNotNull();
        }
        assertThat(isThere(old)).as("within the time of grace").isTrue();
        try (var admin = settings.admin()) {
            // As if the events of the forgotten run had been removed.
            var all = RecordsToDelete.beforeOffset(2);
            var topic = new TopicPartition(Topics.EVENTS, 0);
            admin.deleteRecords(Map.of(topic, all)).all().get();
        }
        ended(2, again);

        try (var second = reaper(Duration.ZERO)) {
            await().atMost(PATIENCE).until(() -> !isThere(old));
            assertThat(second).isNotNull();
        }
        assertThat(isThere(again)).as("another run names it").isTrue();
    }
}
