package dev.coil.ops.dispatch;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that mean harm, or behave as if they did, and what becomes of all others meanwhile. */
class AttacksTest {

    private static final Duration PATIENCE = Duration.ofSeconds(150);
    /** A head's half minute, for a machine that has other things to do. */
    private static final Duration SOON = Duration.ofSeconds(60);

    private static final int MANY = 300;
    private static final String DIGEST = "0".repeat(64);

    @TempDir
    private static Path directory;

    private static EmbeddedNode node;

    @BeforeAll
    static void start() {
        node = EmbeddedNode.start(
                NodeConfig.defaults(directory.resolve("home")).withPort(0).withoutWorker());
    }

    @AfterAll
    static void close() {
        node.close();
    }

    private static Socket connection() throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), node.url().getPort());
    }

    private static void say(Socket socket, String words) throws IOException {
        socket.getOutputStream().write(words.getBytes(US_ASCII));
        socket.getOutputStream().flush();
    }

    private static int status(URI url) throws Exception {
        return HttpWorker.send(HttpRequest.newBuilder(url).build()).statusCode();
    }

    /** Whether the other side has ended the connection, after whatever it had to say. */
    private static boolean isEnded(Socket socket) {
        try {
            socket.setSoTimeout(1);
            var in = socket.getInputStream();
            for (int read = in.read(); read >= 0; read = in.read()) {
                continue;
            }
            return true;
        } catch (java.net.SocketTimeoutException open) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Each sends a byte now and then (a slow loris): some of a head that never ends, others of an upload. */
    @Test
    void shouldServeOthersWhileManyRequestsTrickleAndEndThem() throws Exception {
        var heads = new ArrayList<Socket>();
        var uploads = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 100; i++) {
                var head = connection();
                heads.add(head);
                say(head, "GET /api/v1/node HTTP/1.1\r\nHost: localhost\r\nX-A: ");
                var upload = connection();
                uploads.add(upload);
                say(
                        upload,
                        "PUT /api/v1/blobs/" + DIGEST
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000\r\n\r\n");
            }
            await().atMost(PATIENCE).pollInterval(Duration.ofSeconds(1)).until(() -> {
                assertThat(status(node.url().resolve("/api/v1/node"))).isEqualTo(200);
                heads.forEach(AttacksTest::trickle);
                uploads.forEach(AttacksTest::trickle);
                return uploads.stream().allMatch(AttacksTest::isEnded)
                        && heads.stream().allMatch(AttacksTest::isEnded);
            });
        } finally {
            for (var socket : heads) {
                socket.close();
            }
            for (var socket : uploads) {
                socket.close();
            }
        }
    }

    /** Some say nothing from the start, some after a request, and some begin one more and do not end it. */
    @Test
    void shouldServeOthersAndEndConnectionsOnWhichNoRequestComes() throws Exception {
        var silent = new ArrayList<Socket>();
        try {
            for (int i = 0; i < 3 * MANY; i++) {
                var socket = connection();
                silent.add(socket);
                if (i % 3 > 0) {
                    say(socket, "GET /api/v1/node HTTP/1.1\r\nHost: localhost\r\n\r\n");
                }
            }
            await().atMost(SOON).pollInterval(Duration.ofSeconds(1)).until(() -> {
                assertThat(status(node.url().resolve("/api/v1/node"))).isEqualTo(200);
                for (int i = 2; i < silent.size(); i += 3) {
                    trickle(silent.get(i));
                }
                return silent.stream().allMatch(AttacksTest::isEnded);
            });
        } finally {
            for (var socket : silent) {
                socket.close();
            }
        }
    }

    /** What takes its time is not cut with them. */
    @Test
    void shouldLetRequestsWaitForLongerThanTheirHeadsMay() throws Exception {
        assertThat(announced(5_000)).isEqualTo(204);
        try (var socket = connection()) {
            say(
                    socket,
                    "POST " + session(5_000)
                            + "/claim?wait=40 HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n");
            socket.setSoTimeout(50_000);
            var answer = new byte[4_096];
            int length = socket.getInputStream().read(answer);

            assertThat(new String(answer, 0, length, US_ASCII)).startsWith("HTTP/1.1 204 ");
        }
        HttpWorker.send(HttpRequest.newBuilder(node.url().resolve(session(5_000)))
                .DELETE()
                .build());
    }

    private static void trickle(Socket socket) {
        try {
            say(socket, "a");
        } catch (IOException ended) {
            // That is what is waited for.
            assertThat(socket.isClosed()).isFalse();
        }
    }

    @Test
    void shouldRefuseABlobThatTheDiskCannotHold() throws Exception {
        try (var socket = connection()) {
            say(
                    socket,
                    "PUT /api/v1/blobs/" + DIGEST
                            + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000000000\r\n\r\n");
            socket.setSoTimeout(30_000);
            var answer = new byte[4_096];
            int length = socket.getInputStream().read(answer);

            assertThat(new String(answer, 0, length, US_ASCII)).startsWith("HTTP/1.1 507 ");
        }
        assertThat(status(node.url().resolve("/api/v1/blobs/" + DIGEST))).isEqualTo(404);
    }

    /** As after a node was away: all announce themselves and ask for tasks at the same moment. */
    @Test
    void shouldTakeInAThousandWorkersThatComeAtOnce() throws Exception {
        var asked = IntStream.range(0, 1_000)
                .mapToObj(i -> CompletableFuture.supplyAsync(() -> announced(i)))
                .toList();

        assertThat(asked.stream().map(CompletableFuture::join)).containsOnly(204);
        await().atMost(PATIENCE)
                .until(() -> HttpWorker.send(HttpRequest.newBuilder(node.url().resolve("/api/v1/workers"))
                                        .build())
                                .body()
                                .split("\"incarnation\"", -1)
                                .length
                        == 1_001);
        leave();
    }

    private static String session(int i) {
        return "/api/v1/worker/sessions/" + String.format("%016x", i + 1);
    }

    private static int announced(int i) {
        try {
            return HttpWorker.send(HttpRequest.newBuilder(node.url().resolve(session(i)))
                            .header("content-type", "application/x-www-form-urlencoded")
                            .PUT(HttpRequest.BodyPublishers.ofString(
                                    "worker=machine" + i + "0&name=w" + i + "&fact=os%3Dlinux&fact=arch%3Dx86_64"))
                            .build())
                    .statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void leave() {
        var gone = IntStream.range(0, 1_000)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try {
                        HttpWorker.send(HttpRequest.newBuilder(node.url().resolve(session(i)))
                                .DELETE()
                                .build());
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        List.copyOf(gone).forEach(CompletableFuture::join);
    }
}
