package dev.coil.ops.worker;

import static dev.coil.ops.worker.ConformanceFixture.task;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.SubmitRequest;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every worker that speaks HTTP must do with caches. */
@Tag("alone")
@Timeout(600)
class CachesConformanceTest {

    @TempDir
    static Path directory;

    private static ConformanceFixture fixture;
    private static Cases cases;

    static List<WorkerKind> kinds() {
        return WorkerKind.ALL;
    }

    @BeforeAll
    static void start() {
        fixture = new ConformanceFixture(directory);
        cases = new Cases();
        cases.ask("caches", kinds(), CachesConformanceTest::leaveAndFind);
    }

    @AfterAll
    static void stop() throws Exception {
        cases.close();
        fixture.close();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldFindWhatEarlierTasksLeft(WorkerKind kind) throws Exception {
        cases.await("caches", kind);
    }

    private static Run run(WorkerKind kind, String event, String tasks) {
        var label = "caches-" + kind.label();
        var graph = "defaults: {checkout: false, runs-on: {labels: [" + label + "]}}\ntasks:\n" + tasks.indent(2);
        var client = new NodeClient(fixture.url());
        var number = client.submit(new SubmitRequest(
                        Long.toHexString(0x1000000000000000L | System.nanoTime()),
                        label,
                        new SubmitRequest.GraphText(".coil.yml", graph),
                        new Source(null, "refs/heads/main", event, "", "", ""),
                        List.of(),
                        null,
                        false,
                        "somebody"))
                .number();
        return fixture.finished(label + "#" + number);
    }

    private static void leaveAndFind(WorkerKind kind) throws Exception {
        var place = fixture.place("caches-" + kind.label());
        var options = new String[] {"--label", "caches-" + kind.label(), "--event", "*", "--caches", "1MiB"};
        try (var worker = kind.start(fixture.url(), place, options)) {
            var first = run(kind, "push", """
                    make:
                      cache: ["the deps", {path: state/one, key: k}, absent]
                      run: mkdir 'the deps' state; echo 1 > 'the deps/a'; echo 2 > state/one
                    break:
                      needs: make
                      cache: ["the deps", {path: log, when: always}]
                      run: "echo 3 > 'the deps/a'; echo 4 > log; exit 1"
                    read:
                      needs: [{task: break, accept: [failure]}]
                      cache: ["the deps", {path: state/one, key: k}, {path: log}, {path: state/one, key: l}]
                      run: cat 'the deps/a' state/one log
                    """);
            assertThat(fixture.text(first, "make"))
                    .as(worker.said())
                    .contains("coil: cache 'the deps': this worker has none yet\n")
                    .containsPattern("coil: cache 'the deps': kept 1 file, [0-9]+ bytes on this worker\n")
                    .containsPattern("coil: cache 'absent': (nothing is there|not kept: nothing)");
            assertThat(fixture.text(first, "read"))
                    .as(fixture.text(first, "break"))
                    .startsWith("coil: unpacked cache 'the deps'\n")
                    .contains("coil: cache 'state/one': this worker has none yet\n")
                    .contains("1\n2\n4\n");
            var fork = run(kind, Source.FORK, "poison: {cache: the deps, run: \"echo 9 > 'the deps/a'\"}\n");
            assertThat(fixture.text(fork, "poison"))
                    .contains("coil: cache 'the deps': not kept")
                    .contains("pull requests from other repositories leave none");
            Files.write(damaged(place, "the deps"), new byte[0]);
        }
        try (var worker = kind.start(fixture.url(), place, options)) {
            var second = run(kind, "push", """
                    read: {cache: [{path: state/one, key: k}, the deps], run: cat state/one; ls}
                    large:
                      needs: read
                      cache: {path: [x, y]}
                      run: for f in x y; do dd if=/dev/urandom of=$f bs=700000 count=1; done
                    gone: {needs: large, cache: {path: state/one, key: k}, run: "! test -e state"}
                    """);
            assertThat(task(second, "read").outcome()).as(worker.said()).isEqualTo(Outcome.SUCCESS);
            assertThat(fixture.text(second, "read"))
                    .contains("coil: unpacked cache 'state/one'\n")
                    .contains("coil: cache 'the deps': this worker has none yet\n")
                    .contains("\n2\nstate\n");
            assertThat(fixture.text(second, "gone")).contains("coil: cache 'state/one': this worker has none yet");
        }
    }

    private static Path damaged(Path worker, String path) throws Exception {
        var key = worker.getFileName() + "\ndefault\n" + path;
        var digest = MessageDigest.getInstance("SHA-256").digest(key.getBytes(UTF_8));
        try (var files = Files.walk(worker)) {
            return files.filter(file -> file.endsWith(HexFormat.of().formatHex(digest)))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
