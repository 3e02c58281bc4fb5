package dev.coil.scheduler.source;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import dev.coil.scheduler.blob.Bucket;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two gateways with a bucket between them: what is pushed to one is fetched from the other. */
class SharedSourcesTest {

    @TempDir
    private Path directory;

    private final MemoryBucket bucket = new MemoryBucket();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private Gateway first;
    private Gateway second;
    private GitClient submitter;

    @BeforeEach
    void start() throws Exception {
        first = new Gateway("first");
        second = new Gateway("second");
        submitter = GitClient.create(directory.resolve("submitter"));
    }

    @AfterEach
    void stop() {
        first.close();
        second.close();
        threads.shutdownNow();
    }

    private final class Gateway implements AutoCloseable {

        private final SourceStore store;
        private final SourceService service;
        private final Server server;

        Gateway(String name) throws IOException {
            store = new SourceStore(directory.resolve(name), bucket);
            service = new SourceService(store, threads);
            var builder = Server.builder().http(0);
            service.register(builder);
            server = builder.build();
            server.start().join();
        }

        String url(String kind) {
            return "http://127.0.0.1:" + server.activeLocalPort() + "/git/" + kind + "demo.git";
        }

        void submit(GitClient client, String kind, String commit) throws Exception {
            client.submit(url(kind), commit);
            store.share("demo");
        }

        @Override
        public void close() {
            server.stop().join();
            service.close();
        }
    }

    private GitClient fetched(Gateway from, String kind, String commit) throws Exception {
        var worker = GitClient.at(Files.createTempDirectory(directory, "worker"));
        worker.git("init", "--quiet", ".");
        worker.git("fetch", "--quiet", "--update-shallow", from.url(kind), "+" + commit + ":refs/heads/main");
        worker.git("checkout", "--quiet", "main");
        return worker;
    }

    @Test
    void shouldServeACommitThatWasPushedToAnother() throws Exception {
        var commit = submitter.commit("file", "one\n");

        first.submit(submitter, "", commit);

        assertThat(second.store.hasCommit("demo", commit)).isTrue();
        var worker = fetched(second, "", commit);
        assertThat(worker.directory().resolve("file")).hasContent("one\n");
        worker.git("fsck", "--strict");
    }

    @Test
    void shouldServeWhatWasPushedToEachInTurn() throws Exception {
        var one = submitter.commit("file", "one\n");
        first.submit(submitter, "", one);
        var two = submitter.commit("file", "two\n");
        second.submit(submitter, "", two);
        var three = submitter.commit("file", "three\n");
        first.submit(submitter, "", three);

        try (var late = new Gateway("third")) {
            for (var gateway : List.of(first, second, late)) {
                var worker = fetched(gateway, "", three);
                assertThat(worker.git("rev-list", "--count", "HEAD").strip()).isEqualTo("4");
                worker.git("fsck", "--strict");
            }
        }
    }

    @Test
    void shouldKeepOfACommitWhatOthersDoNotHave() throws Exception {
        submitter.commitNoise("large", 500_000, 1);
        first.submit(submitter, "", submitter.commit("file", "one\n"));
        long before = bucket.size();
        var second = submitter.commit("file", "two\n");

        first.submit(submitter, "", second);
        first.store.share("demo");

        assertThat(before).isGreaterThan(500_000);
        assertThat(bucket.size() - before).isBetween(1L, 2_000L);
    }

    @Test
    void shouldServeAHistoryThatIsCutOff() throws Exception {
        submitter.commit("file", "one\n");
        submitter.commit("file", "two\n");
        var commit = submitter.head();
        var shallow = GitClient.at(directory.resolve("shallow"));
        shallow.git(
                "clone", "--quiet", "--depth=1", submitter.directory().toUri().toString(), ".");

        first.submit(shallow, "shallow/", commit);

        assertThat(second.store.hasCommit("demo", commit)).isTrue();
        var worker = fetched(second, "shallow/", commit);
        assertThat(worker.directory().resolve("file")).hasContent("two\n");
        assertThat(worker.git("rev-list", "--count", "HEAD").strip()).isEqualTo("1");
        worker.git("fsck", "--strict");
    }

    @Test
    void shouldNotMakeARepositoryOfAProjectThatNobodyHas() {
        assertThat(second.store.hasCommit("demo", "0".repeat(40))).isFalse();
        assertThat(directory.resolve("second/demo.git")).doesNotExist();
    }

    /** Objects in memory. */
    private static final class MemoryBucket implements Bucket {

        private final ConcurrentSkipListMap<String, byte[]> objects = new ConcurrentSkipListMap<>();

        long size() {
            return objects.values().stream()
                    .mapToLong(content -> content.length)
                    .sum();
        }

        @Override
        public List<Entry> list(String prefix) {
            return objects.entrySet().stream()
                    .filter(object -> object.getKey().startsWith(prefix))
                    .map(object -> new Entry(object.getKey(), object.getValue().length, Instant.EPOCH))
                    .toList();
        }

        @Override
        public void put(String key, Path file) {
            try {
                objects.put(key, Files.readAllBytes(file));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void mark(String key) {
            objects.put(key, new byte[0]);
        }

        @Override
        public void delete(String key) {
            objects.remove(key);
        }

        @Override
        public InputStream read(String key, long first, long length) {
            return new ByteArrayInputStream(objects.getOrDefault(key, new byte[0]), (int) first, (int) length);
        }
    }
}
