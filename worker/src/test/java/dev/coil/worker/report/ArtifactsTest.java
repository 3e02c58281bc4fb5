package dev.coil.worker.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Action.Artifact;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.protocol.graph.Resources;
import dev.coil.worker.BlobServer;
import dev.coil.worker.blob.BlobCache;
import dev.coil.worker.blob.BlobStore;
import dev.coil.worker.blob.Eyes;
import dev.coil.worker.blob.Retries;
import dev.coil.worker.blob.Unpacking;
import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.fetch.Workspace;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactsTest {

    @TempDir
    Path temp;

    private final LogRecorder recorder = new LogRecorder();
    private final AttemptLog log = recorder.attempt();
    private BlobServer node;
    private BlobCache blobs;
    private Path root;

    @BeforeEach
    void makeWorkspace() throws Exception {
        node = new BlobServer();
        blobs = new BlobCache(temp.resolve("cache"), new BlobStore(node::address, Retries.STANDARD), 1 << 20);
        root = Files.createDirectory(temp.resolve("ws")).toRealPath();
        for (var file : List.of("out/bin/app", "out/readme", "a.xml", "deep/er/b.xml")) {
            Files.createDirectories(root.resolve(file).getParent());
            Files.writeString(root.resolve(file), file);
        }
    }

    @AfterEach
    void close() {
        node.close();
        recorder.close();
    }

    private List<StoredArtifact> keep(String path, boolean always, boolean success) throws Exception {
        return new Artifacts(blobs, Eyes.OWN).keep(action(path, always), success, new Workspace(root, root), log);
    }

    private static Action action(String path, boolean always) {
        return new Action(
                "true",
                null,
                "sh",
                Map.of(),
                "sub",
                false,
                null,
                false,
                List.of(),
                List.of(new Artifact("dist", path, always)),
                Map.of(),
                false,
                Resources.NONE,
                List.of(),
                null,
                List.of());
    }

    private List<String> unpacked(StoredArtifact artifact) throws Exception {
        var target = temp.resolve("unpacked");
        try (var content = blobs.open(artifact.sha256())) {
            Unpacking.unpack(content, target);
        }
        try (var files = Files.walk(target)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> target.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @Test
    void shouldSayThatANameCannotBeKeptRatherThanKeepItWrong() throws Exception {
        var made = new ProcessBuilder("sh", "-c", "touch \"out/$(printf 'caf\\351')\"")
                .directory(root.toFile())
                .start();
        assertThat(made.waitFor()).isZero();

        assertThatThrownBy(() -> keep("out", false, true))
                .isInstanceOf(TaskFault.class)
                .hasMessageContaining("caf")
                .hasMessageContaining("bytes that are not of the worker's character set");
    }

    @Test
    void shouldSayWhereAPathWasProbablyMeantToBegin() throws Exception {
        Files.createDirectories(root.resolve("sub/built"));

        assertThatThrownBy(() -> keep("built/", false, true))
                .hasMessage(
                        "artifact 'dist': built/ does not exist, but sub/built does: paths begin where the graph file"
                                + " is, not at working-directory");
    }

    @Test
    void shouldMakeADirectorysContentTheRoot() throws Exception {
        var stored = keep("out/", false, true).get(0);

        assertThat(stored.files()).isEqualTo(2);
        assertThat(node.blobs.get(stored.sha256())).hasSize((int) stored.bytes());
        assertThat(unpacked(stored)).containsExactly("bin/app", "readme");
    }

    @Test
    void shouldKeepOneFileUnderItsBareName() throws Exception {
        assertThat(unpacked(keep("out/bin/app", false, true).get(0))).containsExactly("app");
    }

    @Test
    void shouldKeepWhatAGlobMatches() throws Exception {
        assertThat(unpacked(keep("**/*.xml", false, true).get(0))).containsExactly("a.xml", "deep/er/b.xml");
    }

    @Test
    void shouldNameWhatAGlobMatchesFromItsFirstWildcardOn() throws Exception {
        assertThat(unpacked(keep("deep/*/*.xml", false, true).get(0))).containsExactly("er/b.xml");
        assertThat(unpacked(keep("./out/b?n", false, true).get(0))).contains("bin/app");
    }

    @Test
    void shouldFailATaskThatDidNotMakeWhatItPromised() {
        assertThatThrownBy(() -> keep("absent/", false, true))
                .isInstanceOf(TaskFault.class)
                .hasMessage("artifact 'dist': absent/ does not exist");
        assertThatThrownBy(() -> keep("*.zip", false, true)).hasMessage("artifact 'dist': *.zip matches nothing");
    }

    @Test
    void shouldKeepOfAFailedTaskOnlyWhatIsAlwaysWanted() throws Exception {
        assertThat(keep("out/", false, false)).isEmpty();
        assertThat(keep("out/", true, false)).hasSize(1);
        assertThat(keep("absent/", true, false)).isEmpty();
    }

    @Test
    void shouldRefusePathsThatLeadOut() throws Exception {
        Files.createSymbolicLink(root.resolve("link"), temp);
        for (var path : List.of("../x", "/etc/passwd", "link/cache")) {
            assertThatThrownBy(() -> keep(path, false, true))
                    .as(path)
                    .isInstanceOf(TaskFault.class)
                    .hasMessageStartingWith("artifact 'dist': " + path);
        }
    }

    @Test
    void shouldLeaveNoScratchFilesBehind() throws Exception {
        keep("out/", false, true);
        assertThatThrownBy(() -> keep("absent/", false, true)).isInstanceOf(TaskFault.class);

        try (var files = Files.list(temp.resolve("cache"))) {
            assertThat(files.map(file -> file.getFileName().toString())).allMatch(name -> name.length() == 64);
        }
    }
}
