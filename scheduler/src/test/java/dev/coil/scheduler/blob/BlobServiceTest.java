package dev.coil.scheduler.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.server.Server;
import java.io.OutputStream;
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
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobServiceTest {

    private static final String HELLO = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
    private static final int MEBIBYTE = 1024 * 1024;

    @TempDir
    private static Path directory;

    private static final ExecutorService threads = Executors.newCachedThreadPool();
    private static final HttpClient client = HttpClient.newHttpClient();
    private static Server server;

    @BeforeAll
    static void start() throws Exception {
        var builder = Server.builder().http(0);
        new BlobService(new DiskBlobs(directory), threads).register(builder);
        server = builder.build();
        server.start().join();
    }

    @AfterAll
    static void stop() {
        server.stop().join();
        threads.shutdownNow();
    }

    @AfterEach
    void forget() throws Exception {
        Files.deleteIfExists(directory.resolve(HELLO.substring(0, 2)).resolve(HELLO));
    }

    @Test
    void shouldGiveBackWhatWasPut() throws Exception {
        assertThat(put(HELLO, "hello").statusCode()).isEqualTo(201);

        var got = get(HELLO);

        assertThat(got.statusCode()).isEqualTo(200);
        assertThat(got.body()).isEqualTo("hello");
        assertThat(got.headers().firstValue("etag")).contains('"' + HELLO + '"');
    }

    @Test
    void shouldSayThatItHasABlobAlready() throws Exception {
        put(HELLO, "hello");

        assertThat(put(HELLO, "hello").statusCode()).isEqualTo(200);
    }

    @Test
    void shouldTellTheSizeWithoutTheContent() throws Exception {
        put(HELLO, "hello");

        var head = send(request(HELLO).method("HEAD", BodyPublishers.noBody()));

        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().firstValueAsLong("content-length")).hasValue(5);
        assertThat(send(request("0".repeat(64)).method("HEAD", BodyPublishers.noBody()))
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void shouldServeRanges() throws Exception {
        put(HELLO, "hello");

        var part = send(request(HELLO).header("Range", "bytes=1-3"));
        var beyond = send(request(HELLO).header("Range", "bytes=5-"));
        var changed = send(request(HELLO).header("Range", "bytes=1-3").header("If-Range", "\"something else\""));

        assertThat(part.statusCode()).isEqualTo(206);
        assertThat(part.body()).isEqualTo("ell");
        assertThat(part.headers().firstValue("content-range")).contains("bytes 1-3/5");
        assertThat(beyond.statusCode()).isEqualTo(416);
        assertThat(beyond.headers().firstValue("content-range")).contains("bytes */5");
        assertThat(changed.statusCode()).isEqualTo(200);
    }

    @Test
    void shouldKeepTheEmptyBlob() throws Exception {
        var digest = digest(new byte[0]);

        assertThat(put(digest, "").statusCode()).isEqualTo(201);

        assertThat(get(digest).statusCode()).isEqualTo(200);
        assertThat(get(digest).body()).isEmpty();
    }

    @Test
    void shouldRefuseContentThatIsNotWhatItsNameSays() throws Exception {
        var refused = put(HELLO, "hullo");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("SHA-256 is " + digest("hullo".getBytes(UTF_8)), "nothing was stored");
        assertThat(get(HELLO).statusCode()).isEqualTo(404);
        assertThat(directory.resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void shouldRefuseANameThatIsNoDigest() throws Exception {
        var refused = put("hello", "hello");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).startsWith("{\"error\":").contains("64 lower-case hexadecimal digits");
    }

    @Test
    void shouldStreamABlobLargerThanTheServersOwnLimits() throws Exception {
        var content = new byte[40 * MEBIBYTE];
        new Random(1).nextBytes(content);
        var digest = digest(content);

        var put = client.send(
                request(digest).PUT(BodyPublishers.ofByteArray(content)).build(), BodyHandlers.ofString());
        var got = client.send(request(digest).build(), BodyHandlers.ofByteArray());

        assertThat(put.statusCode()).isEqualTo(201);
        assertThat(got.body()).isEqualTo(content);
    }

    @Test
    void shouldLeaveNothingOfAnUploadThatBreaksOff() throws Exception {
        try (var socket = new Socket("127.0.0.1", server.activeLocalPort())) {
            OutputStream out = socket.getOutputStream();
            out.write(("PUT /api/v1/blobs/" + HELLO + " HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nhel")
                    .getBytes(UTF_8));
            out.flush();
            await().untilAsserted(
                            () -> assertThat(directory.resolve("incoming")).isNotEmptyDirectory());
        }

        await().untilAsserted(() -> assertThat(directory.resolve("incoming")).isEmptyDirectory());
        assertThat(get(HELLO).statusCode()).isEqualTo(404);
    }

    @Test
    void shouldHaveEachBlobWholeWhenManySendTheSameOne() throws Exception {
        var content = new byte[MEBIBYTE];
        new Random(2).nextBytes(content);
        var digest = digest(content);

        var sent = IntStream.range(0, 16)
                .mapToObj(i -> client.sendAsync(
                        request(digest).PUT(BodyPublishers.ofByteArray(content)).build(), BodyHandlers.ofString()))
                .toList();

        assertThat(sent).allSatisfy(put -> assertThat(put.join().statusCode()).isIn(200, 201));
        assertThat(Files.readAllBytes(directory.resolve(digest.substring(0, 2)).resolve(digest)))
                .isEqualTo(content);
    }

    private HttpRequest.Builder request(String digest) {
        return HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + server.activeLocalPort() + "/api/v1/blobs/" + digest));
    }

    private HttpResponse<String> put(String digest, String content) throws Exception {
        return send(request(digest).PUT(BodyPublishers.ofString(content)));
    }

    private HttpResponse<String> get(String digest) throws Exception {
        return send(request(digest));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private static String digest(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }
}
