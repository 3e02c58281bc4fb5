package dev.coil.worker.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import dev.coil.worker.BlobServer;
import dev.coil.worker.Tasks;
import dev.coil.worker.blob.BlobCache;
import dev.coil.worker.blob.BlobStore;
import dev.coil.worker.blob.Eyes;
import dev.coil.worker.blob.NodeAddress;
import dev.coil.worker.blob.Packing;
import dev.coil.worker.blob.Retries;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FetchTest {

    private static final Retries FEW =
            new Retries(Duration.ofMillis(10), Duration.ofMillis(50), Duration.ofMillis(200));

    @TempDir
    Path temp;

    private BlobServer blobs;
    private Path node;
    private String commit;
    private final List<String> log = new ArrayList<>();

    /** A node's directory: the repository of the project under git/. */
    @BeforeEach
    void makeNode() throws Exception {
        blobs = new BlobServer();
        node = temp.resolve("node");
        var repository = Files.createDirectories(node.resolve("git/demo.git"));
        git(repository, "init", "-q");
        Files.createDirectories(repository.resolve("sub"));
        Files.writeString(repository.resolve("sub/hello.sh"), "echo hello\n");
        repository.resolve("sub/hello.sh").toFile().setExecutable(true);
        Files.createSymbolicLink(repository.resolve("link"), Path.of("sub/hello.sh"));
        commit = commit(repository);
    }

    @AfterEach
    void close() {
        blobs.close();
    }

    private static String commit(Path repository) throws Exception {
        git(repository, "add", "-A");
        git(repository, "-c", "user.name=T", "-c", "user.email=t@example.org", "commit", "-q", "-m", "x");
        return git(repository, "rev-parse", "HEAD");
    }

    private static String git(Path directory, String... arguments) throws Exception {
        return new Git(directory).run(directory, arguments);
    }

    private Fetch worker(String name) throws IOException {
        var directory = Files.createDirectories(temp.resolve(name));
        var cache = new BlobCache(directory.resolve("cache"), new BlobStore(blobs::address, FEW), 1 << 20);
        return new Fetch(directory, () -> new NodeAddress(node.toUri(), null), cache, FEW, 1L << 30);
    }

    private Path workspace(String name) throws IOException {
        return Files.createDirectory(temp.resolve(name)).toRealPath();
    }

    private Workspace prepare(Fetch worker, Source source, Action action, String fromTree, Path root) throws Exception {
        return worker.prepare(Tasks.ready(source, action, fromTree, List.of()), root, log::add);
    }

    @Test
    void shouldCheckOutTheCommitAsGitDoes() throws Exception {
        var root = workspace("ws");

        var workspace =
                prepare(worker("w"), Tasks.commit(commit, "sub"), Tasks.inputs(true, null, List.of()), null, root);

        assertThat(workspace.directory()).isEqualTo(root.resolve("sub"));
        assertThat(root.resolve("sub/hello.sh")).hasContent("echo hello\n").isExecutable();
        assertThat(root.resolve("link")).isSymbolicLink();
        assertThat(git(root, "status", "--porcelain", "--branch")).isEqualTo("## HEAD (no branch)");
        assertThat(git(root, "rev-parse", "HEAD")).isEqualTo(commit);
        assertThat(git(root, "fsck", "--connectivity-only")).doesNotContain("missing");
        assertThat(log).containsExactly("coil: checked out " + commit);
    }

    @Test
    void shouldNotNeedTheNodeForACommitThatItHas() throws Exception {
        var worker = worker("w");
        prepare(worker, Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, workspace("first"));
        Files.move(node, temp.resolve("gone"));

        prepare(worker, Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, workspace("second"));

        assertThat(temp.resolve("second/sub/hello.sh")).exists();
    }

    @Test
    void shouldMakeADamagedMirrorAnewForTheNextAttempt() throws Exception {
        var worker = worker("w");
        prepare(worker, Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, workspace("first"));
        damageObjects(temp.resolve("w"));

        assertThatThrownBy(() -> prepare(
                        worker,
                        Tasks.commit(commit, ""),
                        Tasks.inputs(true, null, List.of()),
                        null,
                        workspace("second")))
                .isInstanceOf(InfraTrouble.class);
        prepare(worker, Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, workspace("third"));

        assertThat(temp.resolve("third/sub/hello.sh")).hasContent("echo hello\n");
    }

    private static void damageObjects(Path directory) throws IOException {
        try (var files = Files.find(
                directory, 10, (file, a) -> a.isRegularFile() && file.toString().contains("/objects/"))) {
            for (var file : files.toList()) {
                file.toFile().setWritable(true);
                var bytes = Files.readAllBytes(file);
                bytes[bytes.length / 2] ^= 0x5a;
                Files.write(file, bytes);
            }
        }
    }

    @Test
    void shouldFetchALaterCommitIntoTheSameMirror() throws Exception {
        var worker = worker("w");
        prepare(worker, Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, workspace("first"));
        var repository = node.resolve("git/demo.git");
        Files.writeString(repository.resolve("more"), "more");

        var later = commit(repository);
        prepare(worker, Tasks.commit(later, ""), Tasks.inputs(true, null, List.of()), null, workspace("second"));

        assertThat(temp.resolve("second/more")).hasContent("more");
    }

    @Test
    void shouldNotRunHooksOfATemplateOrUser() throws Exception {
        var root = workspace("ws");

        prepare(worker("w"), Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, root);

        assertThat(root.resolve(".git/hooks")).doesNotExist();
        assertThat(temp.resolve("w/mirrors/demo.git/hooks")).doesNotExist();
    }

    @Test
    void shouldSayWhichCommitIsNotToBeHad() throws Exception {
        var absent = "0123456789012345678901234567890123456789";
        var worker = worker("w");
        var root = workspace("ws");

        assertThatThrownBy(() ->
                        prepare(worker, Tasks.commit(absent, ""), Tasks.inputs(true, null, List.of()), null, root))
                .isInstanceOf(InfraTrouble.class)
                .hasMessageContaining(absent)
                .hasMessageContaining("/git/demo.git");
    }

    @Test
    void shouldSurviveLocksThatAKilledGitLeft() throws Exception {
        var refs = Files.createDirectories(temp.resolve("w/mirrors/demo.git/refs/coil/commits"));
        Files.createFile(refs.resolve(commit + ".lock"));

        prepare(worker("w"), Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, workspace("ws"));

        assertThat(temp.resolve("ws/link")).exists();
    }

    @Test
    void shouldFetchAfterClaimsThatWereLostInTheMiddleOfAFetch() throws Exception {
        var worker = worker("w");
        for (int millis = 0; millis < 30; millis++) {
            var root = workspace("lost" + millis);
            var loser = new Thread(() -> {
                try {
                    prepare(worker, Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, root);
                } catch (Exception lost) {
                    // What matters is what it leaves.
                }
            });
            loser.start();
            loser.join(1 + millis);
            loser.interrupt();
            loser.join();
        }

        prepare(worker, Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, workspace("ws"));

        assertThat(temp.resolve("ws/sub/hello.sh")).exists();
    }

    @Test
    void shouldGoOnInATreeThatAnotherWorkerLeft() throws Exception {
        var first = workspace("first");
        prepare(worker("w1"), Tasks.commit(commit, ""), Tasks.inputs(true, null, List.of()), null, first);
        Files.writeString(first.resolve("built"), "42");
        var packed = Packing.directory(first, temp.resolve("tree"), Eyes.OWN, log::add);
        blobs.blobs.put(packed.sha256(), Files.readAllBytes(packed.file()));
        var second = workspace("second");

        prepare(worker("w2"), Tasks.commit(commit, ""), Tasks.inputs(false, 0, List.of()), packed.sha256(), second);

        assertThat(second.resolve("built")).hasContent("42");
        assertThat(second.resolve(".git/objects/info/alternates")).content().contains("w2/mirrors/demo.git/objects");
        assertThat(git(second, "status", "--porcelain")).isEqualTo("?? built");
    }

    @Test
    void shouldUnpackDownloadsUnderTheirPaths() throws Exception {
        var made = Files.createDirectories(temp.resolve("made"));
        Files.writeString(made.resolve("app"), "app");
        var packed = Packing.directory(made, temp.resolve("dist"), Eyes.OWN, log::add);
        blobs.blobs.put(packed.sha256(), Files.readAllBytes(packed.file()));
        var action = Tasks.inputs(false, null, List.of(new Action.Download(0, "dist", "out/")));

        var workspace = worker("w")
                .prepare(Tasks.ready(Source.none(), action, null, List.of(packed.sha256())), workspace("ws"), log::add);

        assertThat(workspace.directory().resolve("out/app")).hasContent("app");
    }

    @Test
    void shouldRefuseDownloadsThatLeadOut() throws Exception {
        var worker = worker("w");
        var root = workspace("ws");
        Files.createSymbolicLink(root.resolve("link"), temp);
        for (var path : List.of("../out", "/tmp/out", "link/out")) {
            var action = Tasks.inputs(false, null, List.of(new Action.Download(0, "dist", path)));

            assertThatThrownBy(() ->
                            worker.prepare(Tasks.ready(Source.none(), action, null, List.of("ab")), root, log::add))
                    .as(path)
                    .isInstanceOf(TaskFault.class)
                    .hasMessageStartingWith("download of 'dist': " + path);
        }
    }
}
