package dev.coil.scheduler.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpResponse;
import com.linecorp.armeria.common.HttpResponseWriter;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class IdleTimeoutTest {

    private static final Duration LIMIT = Duration.ofMillis(1500);
    private static final int PIECES = 20;
    /** What is enough to put the end off. */
    private static final String PIECE = "x".repeat(4 * 1024);

    private static final int STEP_MILLIS = 150;

    private static final CompletableFuture<Throwable> unreadEnded = new CompletableFuture<>();
    private static Server server;

    @BeforeAll
    static void start() {
        server = Server.builder()
                .http(0)
                .route()
                .post("/upload")
                .decorator(IdleTimeout.of(LIMIT))
                .build((ctx, request) -> count(request))
                .route()
                .get("/endless")
                .decorator(IdleTimeout.of(LIMIT))
                .build((ctx, request) -> endless())
                .build();
        server.start().join();
    }

    @AfterAll
    static void stop() {
        server.stop().join();
    }

    @Test
    void shouldLetASlowTransferTakeLongerThanTheLimit() throws Exception {
        try (var socket = new Socket("127.0.0.1", server.activeLocalPort())) {
            begin(socket);
            var sent = new AtomicInteger();
            var pen = Executors.newSingleThreadScheduledExecutor();
            try {
                pen.scheduleAtFixedRate(
                        () -> {
                            if (sent.getAndIncrement() < PIECES) {
                                write(socket, PIECE);
                            }
                        },
                        0,
                        STEP_MILLIS,
                        TimeUnit.MILLISECONDS);

                assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 200 OK");
            } finally {
                pen.shutdownNow();
            }
            assertThat(LIMIT).isLessThan(Duration.ofMillis((long) STEP_MILLIS * PIECES));
        }
    }

    @Test
    void shouldEndATransferThatOnlyTrickles() throws Exception {
        try (var socket = new Socket("127.0.0.1", server.activeLocalPort())) {
            begin(socket);
            var pen = Executors.newSingleThreadScheduledExecutor();
            try {
                pen.scheduleAtFixedRate(() -> write(socket, "x"), 0, STEP_MILLIS, TimeUnit.MILLISECONDS);

                assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 408 Request Timeout");
            } finally {
                pen.shutdownNow();
            }
        }
    }

    @Test
    void shouldEndATransferInWhichNothingMoves() throws Exception {
        try (var socket = new Socket("127.0.0.1", server.activeLocalPort())) {
            begin(socket);
            write(socket, "x");

            assertThat(firstLine(socket)).isEqualTo("HTTP/1.1 408 Request Timeout");
        }
    }

    @Test
    void shouldEndATransferThatNobodyReads() throws Exception {
        try (var socket = new Socket("127.0.0.1", server.activeLocalPort())) {
            write(socket, "GET /endless HTTP/1.1\r\nHost: x\r\n\r\n");

            await().untilAsserted(() -> assertThat(unreadEnded).isDone());
            assertThat(socket.isClosed()).isFalse();
        }
    }

    private static void begin(Socket socket) {
        write(socket, "POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: " + PIECES * PIECE.length() + "\r\n\r\n");
    }

    private static void write(Socket socket, String text) {
        try {
            OutputStream out = socket.getOutputStream();
            out.write(text.getBytes(US_ASCII));
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String firstLine(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII)).readLine();
    }

    private static HttpResponse count(HttpRequest request) {
        return HttpResponse.of(
                BodyReader.read(request, 1).thenApply(body -> HttpResponse.of(String.valueOf(body.length))));
    }

    private static HttpResponse endless() {
        var response = HttpResponse.streaming();
        response.whenComplete().handle((done, failure) -> unreadEnded.complete(failure));
        if (response.tryWrite(ResponseHeaders.of(HttpStatus.OK))) {
            more(response);
        }
        return response;
    }

    private static void more(HttpResponseWriter response) {
        response.whenConsumed().thenRun(() -> {
            if (response.tryWrite(HttpData.wrap(new byte[64 * 1024]))) {
                more(response);
            }
        });
    }
}
