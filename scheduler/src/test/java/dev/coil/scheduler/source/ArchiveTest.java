package dev.coil.scheduler.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.server.Server;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine without git gets of a commit. */
class ArchiveTest {

    @TempDir
    private Path directory;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private SourceService service;
    private Server server;
    private GitClient submitter;

    @BeforeEach
    void start() throws Exception {
        service = new SourceService(new SourceStore(directory.resolve("sources")), threads);
        var builder = Server.builder().http(0);
        service.register(builder);
        server = builder.build();
        server.start().join();
        submitter = GitClient.create(directory.resolve("submitter"));
    }

    @AfterEach
    void stop() {
        server.stop().join();
        service.close();
        threads.shutdownNow();
    }

    private String url(String path) {
        return "http://127.0.0.1:" + server.activeLocalPort() + path;
    }

    private HttpResponse<byte[]> get(String path) throws Exception {
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(URI.create(url(path))).build(), BodyHandlers.ofByteArray());
    }

    private Path unpacked(String commit, String query) throws Exception {
        var answer = get("/api/v1/projects/demo/archives/" + commit + ".tar.gz" + query);
        assertThat(answer.statusCode()).as(new String(answer.body(), UTF_8)).isEqualTo(200);
        var file = Files.write(Files.createTempFile(directory, "archive", ".tar.gz"), answer.body());
        var target = Files.createTempDirectory(directory, "unpacked");
        var tar = new ProcessBuilder("tar", "xzf", file.toString(), "-C", target.toString())
                .inheritIO()
                .start();
        assertThat(tar.waitFor()).isZero();
        return target;
    }

    @Test
    void shouldHoldWhatACheckoutMakes() throws Exception {
        submitter.commit(".gitattributes", "secret export-ignore\nversion export-subst\n");
        submitter.commit("version", "$Format:%H$\n");
        submitter.commit("secret", "kept\n");
        var script = submitter.directory().resolve("run.sh");
        Files.writeString(script, "#!/bin/sh\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
        Files.createSymbolicLink(submitter.directory().resolve("link"), Path.of("run.sh"));
        var commit = submitter.commit("späte Datei", "ü\n");
        submitter.submit(url("/git/demo.git"), commit);

        var tree = unpacked(commit, "");

        assertThat(tree.resolve("secret")).hasContent("kept\n");
        assertThat(tree.resolve("version")).hasContent("$Format:%H$\n");
        assertThat(tree.resolve("run.sh")).isExecutable();
        assertThat(tree.resolve("link")).isSymbolicLink();
        assertThat(tree.resolve("späte Datei")).hasContent("ü\n");
    }

    @Test
    void shouldFillInSubmodulesAsFarAsWanted() throws Exception {
        var inner = GitClient.create(directory.resolve("inner"));
        var innermost = inner.commit("deep", "deep\n");
        var module = GitClient.create(directory.resolve("module"));
        module.git("update-index", "--add", "--cacheinfo", "160000," + innermost + ",lib/inner");
        module.git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "Link");
        submitter.git("update-index", "--add", "--cacheinfo", "160000," + module.head() + ",sub");
        submitter.git("-c", "user.name=A", "-c", "user.email=a@example.com", "commit", "--quiet", "-m", "Link");
        var commit = submitter.head();
        for (var client : new GitClient[] {submitter, module, inner}) {
            client.submit(url("/git/demo.git"), client.head());
        }

        var none = unpacked(commit, "");
        var direct = unpacked(commit, "?submodules=direct");
        var all = unpacked(commit, "?submodules=recursive");

        assertThat(none.resolve("sub")).isEmptyDirectory();
        assertThat(direct.resolve("sub/README")).hasContent("hello\n");
        assertThat(direct.resolve("sub/lib/inner")).isEmptyDirectory();
        assertThat(all.resolve("sub/lib/inner/deep")).hasContent("deep\n");
    }

    @Test
    void shouldSayWhatIsNotThere() throws Exception {
        var commit = submitter.head();
        submitter.submit(url("/git/demo.git"), commit);

        var unknown = get("/api/v1/projects/demo/archives/" + "ab".repeat(20) + ".tar.gz");
        var noId = get("/api/v1/projects/demo/archives/main.tar.gz");
        var noChoice = get("/api/v1/projects/demo/archives/" + commit + ".tar.gz?submodules=some");

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(new String(unknown.body(), UTF_8)).contains("there is no commit " + "ab".repeat(20) + " of demo");
        assertThat(noId.statusCode()).isEqualTo(400);
        assertThat(new String(noChoice.body(), UTF_8)).contains("expected none, direct or recursive");
    }
}
