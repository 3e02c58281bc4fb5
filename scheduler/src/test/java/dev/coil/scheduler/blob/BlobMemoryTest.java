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
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Blobs many times larger than the memory of the process that serves them. */
class BlobMemoryTest {

    private static final long BYTES = 300L * 1024 * 1024;

    @Test
    void shouldTakeAndGiveABlobLargerThanItsMemory(@TempDir Path directory) throws Exception {
        var server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:MaxDirectMemorySize=64m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        BlobMemoryTest.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            var port = server.inputReader().readLine();
            var digest = digest(new Zeros());
            var blob = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/blobs/" + digest));
            var client =
                    HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

            var put = client.send(
                    blob.PUT(BodyPublishers.ofInputStream(Zeros::new)).build(), BodyHandlers.ofString());
            var got = client.send(blob.GET().build(), BodyHandlers.ofInputStream());

            assertThat(put.statusCode()).isEqualTo(201);
            assertThat(digest(got.body())).isEqualTo(digest);
        } finally {
            server.destroyForcibly().waitFor();
        }
    }

    /** The process under test: serves blobs and prints its port. */
    public static void main(String[] arguments) throws Exception {
        var builder = Server.builder().http(0);
        new BlobService(new DiskBlobs(Path.of(arguments[0])), Executors.newCachedThreadPool()).register(builder);
        var server = builder.build();
        server.start().join();
        System.out.println(server.activeLocalPort());
    }

    private static String digest(InputStream content) throws Exception {
        var sha256 = MessageDigest.getInstance("SHA-256");
        try (var reading = new DigestInputStream(content, sha256)) {
            assertThat(reading.transferTo(OutputStream.nullOutputStream())).isEqualTo(BYTES);
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
