package dev.coil.scheduler.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;

class S3BlobsTest extends BlobStoreContract {

    private static final AwsCredentialsProvider OURS = credentials(S3Server.SECRET);

    @TempDir
    private static Path serverDirectory;

    private static S3Server server;

    /** Each test has a part of the bucket to itself. */
    private final String prefix = "test/" + UUID.randomUUID();

    @BeforeAll
    static void startServer() throws Exception {
        server = S3Server.start(serverDirectory);
    }

    @AfterAll
    static void stopServer() throws Exception {
        server.close();
    }

    private static AwsCredentialsProvider credentials(String secret) {
        return StaticCredentialsProvider.create(AwsBasicCredentials.create(S3Server.KEY, secret));
    }

    private static S3Place place(String path, String endpoint) {
        return S3Place.parse("s3://" + path, endpoint, null);
    }

    @Override
    S3Blobs openStore() throws IOException {
        return S3Blobs.open(place(S3Server.BUCKET + "/" + prefix, server.endpoint()), incoming(), OURS);
    }

    @Override
    void age(String digest, Duration age) throws IOException {
        var then = FileTime.from(Instant.now().minus(age));
        for (var file : objects()) {
            if (file.toString().contains(digest)) {
                Files.setLastModifiedTime(file, then);
            }
        }
    }

    private Iterable<Path> objects() throws IOException {
        try (var files = Files.walk(server.file(prefix))) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void shouldLeaveNothingButBlobsBelowThePrefix() throws IOException {
        var store = openStore();
        store.put("hello".getBytes(UTF_8));
        store.put("hello".getBytes(UTF_8));

        assertThat(objects())
                .allSatisfy(file -> assertThat(file.toString()).contains(prefix + "/blobs/" + HELLO + "/"))
                .filteredOn(file -> file.endsWith("content"))
                .hasSize(1);
    }

    @Test
    void shouldShareBlobsWithOtherGateways() throws IOException {
        var digest = openStore().put("hello".getBytes(UTF_8));

        var other = openStore();
        assertThat(other.claim(digest)).isTrue();
        assertThat(other.open(digest).orElseThrow().content()).asString(UTF_8).isEqualTo("hello");
    }

    @Test
    void shouldSendALargeBlobInParts() throws IOException {
        var content = new byte[(int) S3Bucket.LARGEST_PUT * 2 + 5];
        new Random(1).nextBytes(content);
        var store = openStore();

        var digest = store.put(content);

        var blob = store.open(digest).orElseThrow();
        assertThat(blob.size()).isEqualTo(content.length);
        assertThat(blob.content()).isEqualTo(content);
        try (var end = blob.read(S3Bucket.LARGEST_PUT * 2, 5)) {
            assertThat(end.readAllBytes()).hasSize(5).endsWith(content[content.length - 1]);
        }
    }

    @Test
    void shouldNotGiveWhatIsCondemnedToAnybodyButTakeItAnew() throws Exception {
        var store = openStore();
        store.put("hello".getBytes(UTF_8));
        age(HELLO, Duration.ofDays(1));
        // As a reaper leaves it that dies between its steps.
        for (var file : objects()) {
            Files.createFile(file.resolveSibling("condemned"));
        }

        assertThat(store.claim(HELLO)).isFalse();
        assertThat(store.put("hello".getBytes(UTF_8))).isEqualTo(HELLO);
        assertThat(store.claim(HELLO)).isTrue();

        store.remove(HELLO, store.now().minus(Duration.ofHours(1)));
        assertThat(store.open(HELLO).orElseThrow().content()).asString(UTF_8).isEqualTo("hello");
    }

    @Test
    void shouldSayWhatIsWrongWithABucket() throws IOException {
        assertThatThrownBy(() -> S3Blobs.open(place("nowhere", server.endpoint()), incoming(), OURS))
                .isInstanceOf(IOException.class)
                .hasMessage("s3://nowhere at " + server.endpoint()
                        + ": there is no bucket nowhere: make it, or name another one");
        assertThatThrownBy(() ->
                        S3Blobs.open(place(S3Server.BUCKET, server.endpoint()), incoming(), credentials("another")))
                .hasMessageContainingAll("access is denied (SignatureDoesNotMatch)", "are the credentials right");
        assertThatThrownBy(() ->
                        S3Blobs.open(place(S3Server.BUCKET, "http://127.0.0.1:" + closedPort()), incoming(), OURS))
                .hasMessageContaining("it does not answer");
    }

    private static int closedPort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
