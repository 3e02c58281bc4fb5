package dev.coil.scheduler.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.server.Server;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class HeadTimeoutTest {

    private static final Duration LIMIT = Duration.ofMillis(1_000);
    private static final int STEP_MILLIS = 100;
    private static final int STEPS = 100;
    private static final String GET = " HTTP/1.1\r\nHost: x\r\n\r\n";

    private static Server server;

    @BeforeAll
    static void start() {
        var builder = Server.builder().http(0).idleTimeoutMillis(0);
        HeadTimeout.install(builder, LIMIT);
        server = builder.service("/quick", (ctx, request) -> HttpResponse.of("done"))
                .service(
                        "/slow", (ctx, request) -> HttpResponse.delayed(HttpResponse.of("done"), LIMIT.multipliedBy(3)))
                .build();
        server.start().join();
    }

    @AfterAll
    static void stop() {
        server.stop().join();
    }

    private static Socket connection() throws IOException {
        var socket = new Socket("127.0.0.1", server.activeLocalPort());
        socket.setSoTimeout(STEP_MILLIS);
        return socket;
    }

    private static void say(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(US_ASCII));
        socket.getOutputStream().flush();
    }

    /** Whether the other side ends the connection while this one says so little. */
    private static boolean ends(Socket socket, String little) throws IOException {
        InputStream in = socket.getInputStream();
        for (int step = 0; step < STEPS; step++) {
            try {
                say(socket, little);
                for (int read = in.read(); read >= 0; read = in.read()) {
                    continue;
                }
                return true;
            } catch (SocketTimeoutException open) {
                continue;
            } catch (IOException reset) {
                return true;
            }
        }
        return false;
    }

    @Test
    void shouldEndAConnectionOnWhichNothingComes() throws Exception {
        try (var socket = connection()) {
            assertThat(ends(socket, "")).isTrue();
        }
    }

    @Test
    void shouldEndAConnectionWhoseHeadDoesNotEnd() throws Exception {
        try (var socket = connection()) {
            say(socket, "GET /quick HTTP/1.1\r\nX-A: ");

            assertThat(ends(socket, "a")).isTrue();
        }
    }

    @Test
    void shouldEndAConnectionWhoseNextHeadDoesNotEnd() throws Exception {
        try (var socket = connection()) {
            say(socket, "GET /quick" + GET + "GET /quick HTTP/1.1\r\nX-A: ");

            assertThat(ends(socket, "a")).isTrue();
        }
    }

    @Test
    void shouldLetARequestTakeItsTime() throws Exception {
        try (var socket = connection()) {
            say(socket, "GET /slow" + GET);
            socket.setSoTimeout(10_000);
            var answer = new byte[4_096];

            assertThat(new String(answer, 0, socket.getInputStream().read(answer), US_ASCII))
                    .startsWith("HTTP/1.1 200 ");
        }
    }
}
