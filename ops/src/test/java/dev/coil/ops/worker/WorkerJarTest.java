package dev.coil.ops.worker;

import static dev.coil.ops.worker.ConformanceFixture.last;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.graph.Outcome;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarFile;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code coil-worker.jar} as a node serves it: one small file, which is a worker. */
@Timeout(300)
class WorkerJarTest {

    private static final long MOST_BYTES = 25_000_000;

    @TempDir
    static Path directory;

    private static ConformanceFixture fixture;
    private static Path jar;

    @BeforeAll
    static void fetch() throws Exception {
        fixture = new ConformanceFixture(directory);
        jar = fixture.place("coil-worker.jar");
        var request = HttpRequest.newBuilder(fixture.url().resolve("/coil-worker.jar"))
                .build();
        var answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofFile(jar));
        assertThat(answer.statusCode())
                .as("'mvn package' makes the jar, before it comes to the tests of this module")
                .isEqualTo(200);
    }

    @AfterAll
    static void stop() {
        fixture.close();
    }

    @Test
    void shouldBeSmall() throws Exception {
        assertThat(Files.size(jar)).isLessThan(MOST_BYTES);
    }

    @Test
    void shouldHoldNeitherNativeLibrariesNorKafka() throws Exception {
        assertThat(names())
                .contains("dev/coil/worker/HttpWorker.class")
                .noneMatch(name -> name.matches(".*\\.(so|dll|dylib|jnilib)"))
                .noneMatch(name -> name.matches(
                        "(org/(apache/(kafka|zookeeper|curator)|rocksdb)|com/github/luben|net/jpountz)/.*"));
    }

    private static List<String> names() throws Exception {
        try (var file = new JarFile(jar.toFile())) {
            return file.stream().map(ZipEntry::getName).toList();
        }
    }

    @Test
    void shouldRunTasks() throws Exception {
        try (var worker = JvmWorker.ofJar(jar, fixture.url(), fixture.place("small"), List.of("--label", "small"))) {
            var run = fixture.finished(fixture.submit("small", """
                    tasks:
                      make: {artifacts: {out: out/}, run: mkdir out; cp a.txt out; git status --short}
                      use: {checkout: false, download: {make.out: in/}, run: cat in/a.txt}
                    """));

            assertThat(run.summary().outcome()).as(worker.said()).isEqualTo(Outcome.SUCCESS);
            assertThat(last(run, "make").artifacts()).hasSize(1);
            assertThat(fixture.text(run, "use")).endsWith("a\n");
            worker.drain();
            assertThat(worker.awaitEnd()).as(worker.said()).isEqualTo(WorkerKind.JVM.drainedCode());
        }
    }

    @Test
    void shouldSayWhatIsWrongWithItsOptions() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var builder = new ProcessBuilder(java, "-jar", jar.toString(), "--slots", "0", "--url", "http://localhost")
                .redirectErrorStream(true);
        builder.environment().remove("COIL_URL");
        var process = builder.start();

        assertThat(new String(process.getInputStream().readAllBytes(), UTF_8))
                .isEqualTo("coil: slots is 0: expected 1 to 1000\n");
        assertThat(process.waitFor()).isEqualTo(2);
    }
}
