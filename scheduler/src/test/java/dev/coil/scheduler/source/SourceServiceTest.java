package dev.coil.scheduler.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.server.Server;
import dev.coil.protocol.source.SourceKind;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceServiceTest {

    @TempDir
    private static Path shared;

    private static final ExecutorService threads = Executors.newCachedThreadPool();
    private static Path sources;
    private static SourceStore store;
    private static SourceService service;
    private static Server server;

    @TempDir
    private Path directory;

    private GitClient submitter;

    @BeforeAll
    static void start() throws Exception {
        sources = shared.resolve("sources");
        store = new SourceStore(sources);
        service = new SourceService(store, threads);
        server = serve(service);
    }

    private static Server serve(SourceService service) {
        var builder = Server.builder().http(0);
        service.register(builder);
        var server = builder.build();
        server.start().join();
        return server;
    }

    @AfterAll
    static void stop() {
        server.stop().join();
        service.close();
        threads.shutdownNow();
    }

    @BeforeEach
    void begin() throws Exception {
        submitter = GitClient.create(directory.resolve("submitter"));
    }

    @AfterEach
    void forget() throws Exception {
        await().untilAsserted(() -> assertThat(gitProcesses()).isZero());
        SourceStore.deleteTree(sources);
        Files.createDirectories(sources);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1", "2"})
    void shouldServeACommitByItsIdInEachVersionOfTheProtocol(String version) throws Exception {
        var commit = submitter.head();
        submitter.git(
                "-c", "protocol.version=" + version, "push", "--quiet", url(), commit + ":refs/coil/commits/" + commit);
        var worker = GitClient.at(directory.resolve("worker"));
        worker.git("init", "--quiet", ".");

        worker.git("-c", "protocol.version=" + version, "fetch", "--quiet", "--depth=1", url(), commit);

        assertThat(worker.git("show", commit + ":README")).isEqualTo("hello\n");
        assertThat(store.hasCommit("demo", commit)).isTrue();
    }

    @Test
    void shouldServeEachCommitOfAHistoryNotOnlyTheOnesSubmitted() throws Exception {
        var first = submitter.head();
        submitter.commit("more", "more\n");
        submitter.submit(url(), submitter.head());
        var worker = GitClient.at(directory.resolve("worker"));
        worker.git("init", "--quiet", ".");

        worker.git("fetch", "--quiet", url(), first);

        assertThat(worker.git("ls-tree", "--name-only", first).strip()).isEqualTo("README");
    }

    @Test
    void shouldServeAClone() throws Exception {
        submitter.git("push", "--quiet", url(), "main");

        submitter.git(
                "clone",
                "--quiet",
                "--branch=main",
                url(),
                directory.resolve("clone").toString());

        assertThat(directory.resolve("clone/README")).hasContent("hello\n");
    }

    @Test
    void shouldTakeAPushFromAShallowClone() throws Exception {
        submitter.commit("more", "more\n");
        var clone = directory.resolve("shallow");
        submitter.git("clone", "--quiet", "--depth=1", "file://" + submitter.directory(), clone.toString());
        var shallow = GitClient.at(clone);
        shallow.commit("shallow", "shallow\n");

        shallow.submit(url(SourceKind.SHALLOW), shallow.head());

        assertThat(store.hasCommit("demo", shallow.head())).isTrue();
        var worker = GitClient.at(directory.resolve("worker"));
        worker.git("init", "--quiet", ".");
        worker.git("fetch", "--quiet", url(SourceKind.SHALLOW), shallow.head());
        worker.git("checkout", "--quiet", shallow.head());
        assertThat(worker.directory().resolve("shallow")).hasContent("shallow\n");
    }

    @Test
    void shouldKeepCutOffHistoriesApartFromWholeOnes() throws Exception {
        submitter.commit("more", "more\n");
        var clone = directory.resolve("shallow");
        submitter.git("clone", "--quiet", "--depth=1", "file://" + submitter.directory(), clone.toString());
        var shallow = GitClient.at(clone);
        shallow.submit(url(SourceKind.SHALLOW), shallow.head());

        assertThatThrownBy(() -> shallow.submit(url(), shallow.head()))
                .hasMessageContaining("shallow update not allowed");
        submitter.submit(url(), submitter.head());

        var worker = GitClient.at(directory.resolve("worker"));
        worker.git("init", "--quiet", ".");
        worker.git("fetch", "--quiet", url(), submitter.head());
        assertThat(worker.git("log", "--format=%s", submitter.head()).lines()).hasSize(2);
    }

    @Test
    void shouldKeepASha256RepositoryBesideTheOther() throws Exception {
        var modern = GitClient.at(directory.resolve("modern"));
        modern.git("init", "--quiet", "--object-format=sha256", ".");
        modern.commit("file", "modern\n");
        submitter.submit(url(), submitter.head());

        modern.submit(url(SourceKind.SHA256), modern.head());

        assertThat(store.hasCommit("demo", modern.head())).isTrue();
        assertThat(store.hasCommit("demo", submitter.head())).isTrue();
        var worker = GitClient.at(directory.resolve("worker"));
        worker.git("init", "--quiet", "--object-format=sha256", ".");
        worker.git("fetch", "--quiet", url(SourceKind.SHA256), modern.head());
        worker.git("checkout", "--quiet", modern.head());
        assertThat(worker.directory().resolve("file")).hasContent("modern\n");
    }

    @Test
    void shouldCarryAPackOfManyMegabytesBothWays() throws Exception {
        submitter.commitNoise("noise", 20 * 1024 * 1024, 1);
        submitter.submit(url(), submitter.head());

        var worker = GitClient.at(directory.resolve("worker"));
        worker.git("init", "--quiet", ".");
        worker.git("fetch", "--quiet", url(), submitter.head());
        worker.git("checkout", "--quiet", submitter.head());

        assertThat(worker.directory().resolve("noise"))
                .hasSameBinaryContentAs(submitter.directory().resolve("noise"));
    }

    @Test
    void shouldUnpackACompressedRequest() throws Exception {
        submitter.submit(url(), submitter.head());
        var want = pkt("command=fetch\n") + "0001" + pkt("want " + submitter.head() + "\n") + pkt("done\n") + "0000";
        var zipped = new ByteArrayOutputStream();
        try (var zip = new GZIPOutputStream(zipped)) {
            zip.write(want.getBytes(UTF_8));
        }

        var fetched = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create(url() + "/git-upload-pack"))
                                .header("Content-Type", "application/x-git-upload-pack-request")
                                .header("Content-Encoding", "gzip")
                                .header("Git-Protocol", "version=2")
                                .POST(HttpRequest.BodyPublishers.ofByteArray(zipped.toByteArray()))
                                .build(),
                        BodyHandlers.ofString());

        assertThat(fetched.statusCode()).isEqualTo(200);
        assertThat(fetched.body()).contains("packfile", "PACK");
    }

    @Test
    void shouldTakeManyPushesAtOnce() throws Exception {
        var commits = new ArrayList<String>();
        for (int i = 0; i < 8; i++) {
            submitter.git("checkout", "--quiet", "-B", "b" + i, "main");
            commits.add(submitter.commitNoise("noise", 300_000, i));
        }

        var pushes = commits.stream()
                .map(commit -> CompletableFuture.runAsync(() -> submit(commit), threads))
                .toList();
        pushes.forEach(CompletableFuture::join);

        assertThat(commits).allSatisfy(commit -> assertThat(store.hasCommit("demo", commit))
                .isTrue());
        try (var files = Files.list(sources)) {
            assertThat(files).containsExactly(sources.resolve("demo.git"));
        }
    }

    @Test
    void shouldLeaveNoProcessOfAPushThatBreaksOff() throws Exception {
        submitter.submit(url(), submitter.head());
        try (var socket = new Socket("127.0.0.1", server.activeLocalPort())) {
            socket.getOutputStream()
                    .write(("POST /git/demo.git/git-receive-pack HTTP/1.1\r\nHost: x\r\n"
                                    + "Content-Type: application/x-git-receive-pack-request\r\nContent-Length: 9999999\r\n\r\n"
                                    + "0094" + "0".repeat(40) + " " + "1".repeat(40)
                                    + " refs/coil/commits/x\0 report-status\n")
                            .getBytes(UTF_8));
            socket.getOutputStream().flush();
            await().untilAsserted(() -> assertThat(gitProcesses()).isPositive());
        }

        await().untilAsserted(() -> assertThat(gitProcesses()).isZero());
    }

    @Test
    void shouldLeaveNoProcessOfAClientThatIsKilled() throws Exception {
        submitter.commitNoise("noise", 40 * 1024 * 1024, 1);
        var push = submitter.start("push", url(), "main");
        await().untilAsserted(() -> assertThat(gitProcesses()).isPositive());

        push.descendants().forEach(ProcessHandle::destroyForcibly);
        push.destroyForcibly().waitFor();

        await().untilAsserted(() -> assertThat(gitProcesses()).isZero());
        assertThat(sources.resolve("demo.git/objects")).isDirectoryNotContaining("glob:**incoming*");
    }

    @Test
    void shouldStopItsProcessesWhenTheReaderGoesAway() throws Exception {
        submitter.commitNoise("noise", 40 * 1024 * 1024, 1);
        submitter.submit(url(), submitter.head());
        var worker = GitClient.at(directory.resolve("worker"));
        worker.git("init", "--quiet", ".");
        var fetch = worker.start("fetch", url(), submitter.head());
        await().untilAsserted(() -> assertThat(gitProcesses()).isPositive());

        fetch.descendants().forEach(ProcessHandle::destroyForcibly);
        fetch.destroyForcibly().waitFor();

        await().untilAsserted(() -> assertThat(gitProcesses()).isZero());
    }

    @Test
    void shouldTellAReaderThatNothingIsThere() throws Exception {
        assertThat(submitter.failing("ls-remote", url())).contains("there are no sources of demo here");
    }

    @Test
    void shouldRefuseAProjectThatIsNoName() throws Exception {
        var refused = get(server, "/git/.hidden.git/info/refs?service=git-receive-pack");

        assertThat(refused.statusCode()).isEqualTo(400);
        assertThat(refused.body()).contains("'.hidden' is not a project's name");
        assertThat(get(server, "/git/..%2Fx.git/info/refs?service=git-receive-pack")
                        .statusCode())
                .isIn(400, 404);
        assertThat(sources).isEmptyDirectory();
    }

    @Test
    void shouldRefuseTheDumbProtocol() throws Exception {
        assertThat(get(server, "/git/demo.git/info/refs").statusCode()).isEqualTo(403);
    }

    @Test
    void shouldSayThatGitIsMissing() throws Exception {
        try (var broken = new SourceService(new SourceStore(sources, "git-that-is-not-there"), threads);
                var served = serve(broken)) {
            var refused = get(served, "/git/demo.git/info/refs?service=git-receive-pack");

            assertThat(refused.statusCode()).isEqualTo(503);
            assertThat(refused.body()).contains("install git on the node");
        }
    }

    @Test
    void shouldRunNoHooks() throws Exception {
        submitter.submit(url(), submitter.head());
        var hook = sources.resolve("demo.git/hooks/pre-receive");
        Files.createDirectories(hook.getParent());
        Files.writeString(hook, "#!/bin/sh\nexit 1\n");
        assertThat(hook.toFile().setExecutable(true)).isTrue();

        submitter.commit("more", "more\n");
        submitter.submit(url(), submitter.head());

        assertThat(store.hasCommit("demo", submitter.head())).isTrue();
    }

    @Test
    void shouldNotTakeATreeForACommit() throws Exception {
        submitter.submit(url(), submitter.head());
        var tree = submitter.git("rev-parse", "HEAD^{tree}").strip();

        assertThat(store.hasCommit("demo", tree)).isFalse();
        assertThat(store.hasCommit("demo", "0".repeat(40))).isFalse();
        assertThat(store.hasCommit("another", submitter.head())).isFalse();
    }

    private String url() {
        return url(SourceKind.WHOLE);
    }

    private static String url(SourceKind kind) {
        return "http://127.0.0.1:" + server.activeLocalPort() + kind.path("demo");
    }

    private static String pkt(String line) {
        return String.format("%04x%s", line.length() + 4, line);
    }

    private void submit(String commit) {
        try {
            submitter.submit(url(), commit);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static HttpResponse<String> get(Server server, String path) throws Exception {
        var uri = URI.create("http://127.0.0.1:" + server.activeLocalPort() + path);
        return HttpClient.newHttpClient().send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    /** How many git programs work in the node's repositories, as the kernel sees it. */
    private long gitProcesses() {
        return ProcessHandle.allProcesses()
                .filter(process -> workingDirectory(process.pid()).startsWith(sources))
                .count();
    }

    private static Path workingDirectory(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc", String.valueOf(pid), "cwd"));
        } catch (Exception e) {
            return Path.of("/");
        }
    }
}
