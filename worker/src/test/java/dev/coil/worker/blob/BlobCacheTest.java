package dev.coil.worker.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.worker.BlobServer;
import dev.coil.worker.fault.InfraTrouble;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheTest {

    private static final Retries FEW =
            new Retries(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(300));
    private static final Retries MANY =
            new Retries(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofSeconds(30));

    @TempDir
    Path temp;

    private static String sha256(byte[] content) {
        return HexFormat.of().formatHex(Digests.sha256().digest(content));
    }

    private Packing.Packed packed(String content) throws IOException {
        var bytes = content.getBytes(UTF_8);
        var file = Files.write(Files.createTempFile(temp, "packed", ""), bytes);
        return new Packing.Packed(file, sha256(bytes), bytes.length, 1);
    }

    private static String read(BlobCache cache, String sha256) throws Exception {
        try (var content = cache.open(sha256)) {
            return new String(content.readAllBytes(), UTF_8);
        }
    }

    @Test
    void shouldReuseWhatThisWorkerMade() throws Exception {
        try (var server = new BlobServer()) {
            var cache = new BlobCache(temp.resolve("cache"), new BlobStore(server::address, FEW), 1_000);
            var made = packed("tree");
            cache.keep(made);
            server.requests.clear();

            assertThat(read(cache, made.sha256())).isEqualTo("tree");

            assertThat(server.requests).isEmpty();
            assertThat(server.blobs).containsKey(made.sha256());
        }
    }

    @Test
    void shouldNotSendWhatTheNodeHas() throws Exception {
        try (var server = new BlobServer()) {
            var made = packed("tree");
            server.blobs.put(made.sha256(), "tree".getBytes(UTF_8));

            new BlobStore(server::address, FEW).put(made.file(), made.sha256());

            assertThat(server.requests).containsExactly("HEAD " + made.sha256());
        }
    }

    @Test
    void shouldFetchOnceAndForgetWhatWasNotUsedForLongest() throws Exception {
        try (var server = new BlobServer()) {
            var cache = new BlobCache(temp.resolve("cache"), new BlobStore(server::address, FEW), 12);
            for (var content : new String[] {"first", "second"}) {
                server.blobs.put(sha256(content.getBytes(UTF_8)), content.getBytes(UTF_8));
                assertThat(read(cache, sha256(content.getBytes(UTF_8)))).isEqualTo(content);
            }
            var first = temp.resolve("cache").resolve(sha256("first".getBytes(UTF_8)));
            var second = temp.resolve("cache").resolve(sha256("second".getBytes(UTF_8)));
            Files.setLastModifiedTime(second, java.nio.file.attribute.FileTime.fromMillis(1));

            cache.keep(packed("third"));

            assertThat(first).exists();
            assertThat(second).doesNotExist();
        }
    }

    @Test
    void shouldWaitForANodeThatRestarts() throws Exception {
        int port;
        var content = "later".getBytes(UTF_8);
        try (var server = new BlobServer()) {
            port = server.url().getPort();
            server.blobs.put(sha256(content), content);
        }
        var store = new BlobStore(() -> new NodeAddress(URI.create("http://127.0.0.1:" + port), null), MANY);
        var into = temp.resolve("blob");
        var got = CompletableFuture.runAsync(() -> {
            try {
                store.get(sha256(content), into);
            } catch (InfraTrouble | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });

        try (var server = new BlobServer(port, new java.util.concurrent.ConcurrentHashMap<>())) {
            server.blobs.put(sha256(content), content);
            Awaitility.await().until(got::isDone);
            assertThat(into).hasContent("later");
        }
    }

    @Test
    void shouldSayWhichNodeDidNotAnswer() throws Exception {
        URI gone;
        try (var server = new BlobServer()) {
            gone = server.url();
        }

        assertThatThrownBy(() -> new BlobStore(() -> new NodeAddress(gone, null), FEW).get("ab", temp.resolve("blob")))
                .isInstanceOf(InfraTrouble.class)
                .hasMessageContaining("cannot fetch blob ab")
                .hasMessageContaining(gone.toString());
    }

    @Test
    void shouldNotTakeContentOfAnotherDigest() throws Exception {
        try (var server = new BlobServer()) {
            server.blobs.put("ab", "forged".getBytes(UTF_8));

            assertThatThrownBy(() -> new BlobStore(server::address, FEW).get("ab", temp.resolve("blob")))
                    .hasMessageContaining("has the digest " + sha256("forged".getBytes(UTF_8)));
        }
    }

    @Test
    void shouldGoOnWhereTheConnectionBroke() throws Exception {
        try (var server = new BlobServer()) {
            var content = new byte[1_000_000];
            new Random(1).nextBytes(content);
            server.blobs.put(sha256(content), content);
            server.breakAfter(300_000);
            var file = temp.resolve("file");

            new BlobStore(server::address, FEW).get(sha256(content), file);

            assertThat(file).hasBinaryContent(content);
            assertThat(server.requests)
                    .filteredOn(said -> said.startsWith("from "))
                    .isNotEmpty();
        }
    }

    @Test
    void shouldFetchAllAnewWhatIsNotTheBlob() throws Exception {
        try (var server = new BlobServer()) {
            var content = new byte[200_000];
            new Random(1).nextBytes(content);
            var damaged = content.clone();
            damaged[0]++;
            server.blobs.put(sha256(content), damaged);
            server.breakOnceAfter(150_000);
            var file = temp.resolve("file");

            assertThatThrownBy(() -> new BlobStore(server::address, FEW).get(sha256(content), file))
                    .isInstanceOf(InfraTrouble.class)
                    .hasMessageContaining("what came has the digest " + sha256(damaged));

            assertThat(server.requests).contains("from 150000").doesNotContain("from 200000");
        }
    }
}
