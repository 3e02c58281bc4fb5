package dev.coil.scheduler.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class BodyStreamTest {

    private static final int REQUESTS = 20;
    private static final int BYTES = 100_000;

    private final Queue<Boolean> onOwnThread = new ConcurrentLinkedQueue<>();

    /** Where it was otherwise, one upload of 300 MiB in ten stood still on a busy machine. */
    @Test
    void shouldTakeOverTheBodyOnTheThreadOfItsConnectionWhoeverReadsIt() throws Exception {
        var readers = Executors.newCachedThreadPool();
        var server = Server.builder()
                .http(0)
                .service("/", (ctx, request) -> HttpResponse.of(() -> count(ctx, request), readers))
                .build();
        server.start().join();
        try {
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(upload(server.activeLocalPort())).isEqualTo("100000");
            }

            assertThat(onOwnThread).hasSizeGreaterThanOrEqualTo(REQUESTS).doesNotContain(false);
        } finally {
            server.stop().join();
            readers.shutdown();
        }
    }

    private HttpResponse count(ServiceRequestContext ctx, HttpRequest request) {
        var watched = request.peekData(
                (HttpData data) -> onOwnThread.add(ctx.eventLoop().inEventLoop()));
        try (var body = BodyStream.of(ctx, watched)) {
            return HttpResponse.of(Long.toString(body.transferTo(OutputStream.nullOutputStream())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Each on a connection of its own. */
    private static String upload(int port) throws Exception {
        var client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        var request = java.net.http.HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/"))
                .POST(BodyPublishers.ofByteArray(new byte[BYTES]))
                .build();
        return client.send(request, BodyHandlers.ofString()).body();
    }
}
