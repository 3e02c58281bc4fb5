package dev.coil.ops.viewer;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.server.Server;
import dev.coil.ops.node.EmbeddedKafka;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.log.KafkaSettings;
import dev.coil.protocol.log.Topics;
import dev.coil.viewer.Viewer;
import dev.coil.viewer.ViewerConfig;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** A broker and a viewer with its server, on free loopback ports. The test plays the scheduler and the workers through {@link Teller}. */
final class ViewerNode implements AutoCloseable {

    private final Path directory;
    private final EmbeddedKafka kafka;
    private final KafkaSettings settings;
    private final Teller teller;
    private final ArtifactRetention retention;
    private final Map<String, byte[]> kept = new ConcurrentHashMap<>();
    private Viewer viewer;
    private Server server;

    @SuppressWarnings("NullAway.Init") // startViewer sets the rest
    private ViewerNode(Path directory, ArtifactRetention retention) throws Exception {
        this.directory = directory;
        this.retention = retention;
        kafka = EmbeddedKafka.start(directory.resolve("kafka"));
        settings = KafkaSettings.single(kafka.bootstrapServers());
        try (var admin = settings.admin()) {
            Topics.createFixed(admin, settings);
        }
        teller = new Teller(settings);
        startViewer();
    }

    static ViewerNode start(Path directory) throws Exception {
        return start(directory, ArtifactRetention.STANDARD);
    }

    /** @param retention which artifacts count as kept */
    static ViewerNode start(Path directory, ArtifactRetention retention) throws Exception {
        return new ViewerNode(directory, retention);
    }

    private void startViewer() throws Exception {
        viewer = new Viewer(new ViewerConfig(
                settings, directory.resolve("viewer"), this::artifact, retention, "0.1.0-test", List::of));
        viewer.start();
        var builder = Server.builder().http(0);
        viewer.register(builder);
        // As the gateway of a node answers that nobody needs a key for.
        builder.service(
                "/api/v1/access/me",
                (ctx, request) ->
                        HttpResponse.of(HttpStatus.OK, MediaType.JSON_UTF_8, "{\"role\":\"operator\",\"open\":true}"));
        server = builder.build();
        server.start().join();
    }

    void restartViewer() throws Exception {
        restartViewer(() -> {});
    }

    /** @param meanwhile while no viewer runs */
    void restartViewer(Meanwhile meanwhile) throws Exception {
        stopViewer();
        meanwhile.happen();
        startViewer();
    }

    @FunctionalInterface
    interface Meanwhile {
        void happen() throws Exception;
    }

    /** Keeps an archive as the blob store would, under whatever name. */
    void keep(String digest, byte[] archive) {
        kept.put(digest, archive);
    }

    private @Nullable InputStream artifact(String digest) {
        var archive = kept.get(digest);
        return archive == null ? null : new ByteArrayInputStream(archive);
    }

    private void stopViewer() throws IOException {
        viewer.close();
        server.stop().join();
    }

    Teller teller() {
        return teller;
    }

    Path viewerDirectory() {
        return directory.resolve("viewer");
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
    }

    /** Waits until the viewer has read of a run and of so many ready tasks of it; a page asked for before that is one of 404. */
    void awaitRun(String run, int ready) {
        var address = uri("/api/v1/runs/" + run.replace("#", "%23"));
        Awaitility.await().atMost(Duration.ofSeconds(30)).ignoreExceptions().until(() -> {
            try (var body = address.toURL().openStream()) {
                return Codec.MAPPER.readTree(body).at("/counts/ready").asInt() >= ready;
            }
        });
    }

    @Override
    public void close() throws IOException {
        stopViewer();
        teller.close();
        kafka.close();
    }
}
