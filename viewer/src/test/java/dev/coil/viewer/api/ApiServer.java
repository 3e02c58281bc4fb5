package dev.coil.viewer.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.server.Server;
import dev.coil.protocol.graph.LogChunk;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.viewer.archive.ArchiveLimits;
import dev.coil.viewer.archive.Archives;
import dev.coil.viewer.live.Streams;
import dev.coil.viewer.logs.LogStore;
import dev.coil.viewer.projection.Events;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The API on a projection and a log store that the test fills itself. */
final class ApiServer implements AutoCloseable {

    final Projection projection = new Projection();
    final Events events = new Events(projection);
    final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();
    /** What is kept, by its digest. */
    final Map<String, byte[]> kept = new HashMap<>();

    private final LogStore logs;
    private final Streams streams = new Streams();
    private final Server server;
    /** The JDK's client now and then loses its way when it goes over to HTTP/2 while a large answer comes. */
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    ApiServer(Path directory) {
        logs = new LogStore(directory);
        var archives = archives(directory.resolve("artifacts"));
        var builder = Server.builder().http(0);
        new Api(projection, logs, archives, streams, "1.2.3", List::of, failure::get).register(builder);
        server = builder.build();
        server.start().join();
    }

    private Archives archives(Path directory) {
        try {
            return new Archives(
                    digest -> kept.containsKey(digest) ? new ByteArrayInputStream(kept.get(digest)) : null,
                    directory,
                    ArchiveLimits.STANDARD);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void print(RunState run, int task, int attempt, long offset, int stream, String text) throws IOException {
        var ref = new TaskRef(run.project(), run.number(), task);
        logs.append(List.of(new LogChunk(ref, attempt, offset, 1_000 + offset, stream, text.getBytes(UTF_8))));
    }

    private HttpRequest request(String path, String... headers) {
        var uri = URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
        var request = HttpRequest.newBuilder(uri);
        return headers.length == 0 ? request.build() : request.headers(headers).build();
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        return client.send(request(path, headers), HttpResponse.BodyHandlers.ofString());
    }

    /** The events of a stream, which goes on until it is closed. */
    SseClient follow(String path, String... headers) throws Exception {
        return new SseClient(client.send(request(path, headers), HttpResponse.BodyHandlers.ofInputStream())
                .body());
    }

    @Override
    public void close() throws IOException {
        streams.close();
        server.stop().join();
        logs.close();
    }
}
