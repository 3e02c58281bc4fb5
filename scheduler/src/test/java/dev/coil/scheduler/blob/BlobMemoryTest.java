package dev.coil.scheduler.blob;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs many times larger than the memory of the process that serves them. */
class BlobMemoryTest {

    private static final long BYTES = 300L * 1024 * 1024;

    @Test
    void shouldTakeAndGiveABlobLargerThanItsMemory(@TempDir Path directory) throws Exception {
        takeAndGive(directory.toString());
    }

    @Test
    void shouldTakeAndGiveABlobOfABucketThatIsLargerThanItsMemory(@TempDir Path directory) throws Exception {
        try (var bucket = S3Server.start(directory)) {
            takeAndGive(directory.resolve("incoming").toString(), bucket.endpoint());
        }
    }

    private static void takeAndGive(String... arguments) throws Exception {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:MaxDirectMemorySize=64m",
                "-cp",
                System.getProperty("java.class.path"),
                BlobMemoryTest.class.getName()));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("AWS_ACCESS_KEY_ID", S3Server.KEY);
        builder.environment().put("AWS_SECRET_ACCESS_KEY", S3Server.SECRET);
        var server = builder.start();
        try {
            var port = server.inputReader().readLine();
            var digest = digest(new Zeros(), BYTES);
            var uri = URI.create("http://127.0.0.1:" + port + "/api/v1/blobs/" + digest);
            var client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

            var put = client.send(
                    HttpRequest.newBuilder(uri)
                            .PUT(BodyPublishers.ofInputStream(Zeros::new))
                            .build(),
                    BodyHandlers.ofString());
            var got = client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofInputStream());
            var rest = client.send(
                    HttpRequest.newBuilder(uri)
                            .header("Range", "bytes=" + (BYTES - 5) + "-")
                            .build(),
                    BodyHandlers.ofByteArray());

            assertThat(put.statusCode()).as(put.body()).isEqualTo(201);
            assertThat(digest(got.body(), BYTES)).isEqualTo(digest);
            assertThat(rest.statusCode()).isEqualTo(206);
            assertThat(rest.body()).isEqualTo(new byte[5]);
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    /** The process under test: serves blobs of a directory, or of a bucket, and prints its port. */
    public static void main(String[] arguments) throws Exception {
        var directory = Path.of(arguments[0]);
        var store = arguments.length == 1
                ? new DiskBlobs(directory)
                : S3Blobs.open(S3Place.parse("s3://" + S3Server.BUCKET, arguments[1], null), directory);
        var builder = Server.builder().http(0);
        new BlobService(store, Executors.newCachedThreadPool()).register(builder);
        var server = builder.build();
        server.start().join();
        System.out.println(server.activeLocalPort());
    }

    private static String digest(InputStream content, long bytes) throws Exception {
        var sha256 = MessageDigest.getInstance("SHA-256");
        try (var reading = new DigestInputStream(content, sha256)) {
            assertThat(reading.transferTo(OutputStream.nullOutputStream())).isEqualTo(bytes);
        }
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static final class Zeros extends InputStream {

        private long left = BYTES;

        @Override
        public int read() {
            return left-- > 0 ? 0 : -1;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) {
            if (left <= 0) {
                return -1;
            }
            int n = (int) Math.min(left, length);
            Arrays.fill(bytes, offset, offset + n, (byte) 0);
            left -= n;
            return n;
        }
    }
}
