package dev.coil.scheduler.blob;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.RequestHeaders;
import com.linecorp.armeria.server.Server;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Uploads whose connections break, over sockets. */
class HeldUploadsTest {

    private static final int SIZE = 300_000;
    private static final int PART = 100_000;
    private static final String ID = "0123456789abcdef";

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final HttpClient client = HttpClient.newHttpClient();
    private final byte[] content = new byte[SIZE];
    private String digest;
    private BlobService service;
    private Server server;

    @BeforeEach
    void start() throws Exception {
        new Random(1).nextBytes(content);
        digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        var builder = Server.builder().http(0);
        service = new BlobService(new DiskBlobs(directory), threads);
        service.register(builder);
        server = builder.build();
        server.start().join();
    }

    @AfterEach
    void stop() {
        service.close();
        server.stop().join();
        threads.shutdownNow();
        assertThat(directory.resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void shouldGoOnWhereTheConnectionBroke() throws Exception {
        breakOffAfter(PART);

        assertThat(rest(PART, content).statusCode()).isEqualTo(201);
        assertThat(client.send(request().build(), BodyHandlers.ofByteArray()).body())
                .isEqualTo(content);
    }

    @Test
    void shouldTakeAnUploadInParts() throws Exception {
        for (int first = 0; first < SIZE; first += PART) {
            var part = Arrays.copyOfRange(content, first, first + PART);
            var range = "bytes " + first + "-" + (first + PART - 1) + "/" + SIZE;
            var answer = send(request().header("content-range", range).PUT(BodyPublishers.ofByteArray(part)));
            assertThat(answer.statusCode()).isEqualTo(first + PART == SIZE ? 201 : 202);
        }
        assertThat(send(request().method("HEAD", BodyPublishers.noBody())).statusCode())
                .isEqualTo(200);
    }

    @Test
    void shouldNotTakeAPartThatDoesNotFollow() throws Exception {
        breakOffAfter(PART);

        var answer = rest(PART + 1, content);

        assertThat(answer.statusCode()).isEqualTo(416);
        assertThat(answer.body()).contains("of this upload 100000 bytes have come");
        assertThat(rest(PART, content).statusCode()).isEqualTo(201);
    }

    @Test
    void shouldKeepUploadsOfTheSameBlobApart() throws Exception {
        breakOffAfter(PART);
        var other = HttpRequest.newBuilder(url()).header("coil-upload", "fedcba9876543210");

        assertThat(send(other.method("HEAD", BodyPublishers.noBody())).headers().firstValue("coil-received"))
                .contains("0");
    }

    @Test
    void shouldForgetAnUploadThatIsAnotherContent() throws Exception {
        breakOffAfter(PART);
        var wrong = content.clone();
        wrong[SIZE - 1]++;

        var answer = rest(PART, wrong);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("nothing was stored");
        assertThat(received()).isZero();
    }

    @Test
    void shouldListenToTheNewestConnectionAlone() throws Exception {
        try (var old = begin()) {
            old.getOutputStream().write(content, 0, PART);
            old.getOutputStream().flush();
            awaitWritten(PART);
            assertThat(received()).isEqualTo(PART);

            // It is not known to be dead, and brings some more.
            old.getOutputStream().write(content, PART, PART);
            old.getOutputStream().flush();
            Thread.sleep(300);

            assertThat(received()).isEqualTo(PART);
            assertThat(rest(PART, content).statusCode()).isEqualTo(201);
        }
    }

    @Test
    void shouldSayWhatIsNoUpload() throws Exception {
        var request =
                HttpRequest.newBuilder(url()).header("coil-upload", "../x").PUT(BodyPublishers.ofByteArray(content));

        var answer = send(request);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).contains("header 'coil-upload': '../x': expected 16 to 64 of 0-9a-f");
    }

    @Test
    void shouldForgetUploadsThatNobodyGoesOnWith() throws Exception {
        var store = new DiskBlobs(directory);
        try (var uploads = new HeldUploads(store, Duration.ofMillis(200))) {
            var request = com.linecorp.armeria.common.HttpRequest.of(RequestHeaders.builder(HttpMethod.PUT, "/x")
                    .set("content-range", "bytes 0-2/9")
                    .build());
            assertThat(uploads.take(digest, ID, request, new ByteArrayInputStream(new byte[3])))
                    .isNull();
            assertThat(uploads.received(digest, ID)).isEqualTo(3);
            awaitWritten(0);
            assertThat(uploads.received(digest, ID)).isZero();
        }
    }

    private void breakOffAfter(int bytes) throws Exception {
        try (var socket = begin()) {
            socket.getOutputStream().write(content, 0, bytes);
            socket.getOutputStream().flush();
            awaitWritten(bytes);
        }
    }

    /** To ask the service would end the connection. */
    private void awaitWritten(long bytes) {
        await().ignoreExceptions().until(() -> {
            try (var files = Files.list(directory.resolve("incoming"))) {
                return files.mapToLong(file -> file.toFile().length()).sum() == bytes;
            }
        });
    }

    private Socket begin() throws IOException {
        var socket = new Socket("127.0.0.1", server.activeLocalPort());
        socket.getOutputStream()
                .write(("PUT /api/v1/blobs/" + digest + " HTTP/1.1\r\nHost: x\r\ncoil-upload: " + ID
                                + "\r\nContent-Length: " + SIZE + "\r\n\r\n")
                        .getBytes(US_ASCII));
        return socket;
    }

    private long received() throws Exception {
        return send(request().method("HEAD", BodyPublishers.noBody()))
                .headers()
                .firstValueAsLong("coil-received")
                .orElseThrow();
    }

    private HttpResponse<String> rest(int first, byte[] of) throws Exception {
        var range = "bytes " + first + "-" + (SIZE - 1) + "/" + SIZE;
        return send(request()
                .header("content-range", range)
                .PUT(BodyPublishers.ofByteArray(Arrays.copyOfRange(of, first, SIZE))));
    }

    private HttpRequest.Builder request() {
        return HttpRequest.newBuilder(url()).header("coil-upload", ID);
    }

    private URI url() {
        return URI.create("http://127.0.0.1:" + server.activeLocalPort() + "/api/v1/blobs/" + digest);
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }
}
