package dev.coil.worker.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.Tasks;
import dev.coil.worker.blob.Eyes;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.fetch.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachesTest {

    private static final long MANY = 1 << 30;

    @TempDir
    Path temp;

    private Path directory;
    private Caches caches;
    private final List<String> said = new ArrayList<>();
    private int workspaces;

    @BeforeEach
    void open() throws IOException {
        temp = temp.toRealPath();
        directory = temp.resolve("caches");
        caches = new Caches(directory, Eyes.OWN, MANY);
    }

    private static ReadyTask task(String event, Action.Cache... wanted) {
        var action = new Action(
                "true",
                null,
                "sh",
                Map.of(),
                "",
                false,
                null,
                false,
                List.of(),
                List.of(),
                Map.of(),
                false,
                Resources.NONE,
                List.of(),
                null,
                List.of(wanted));
        return Tasks.ready(new Source(null, "refs/heads/main", event, "", "", ""), action, null, List.of());
    }

    private static Action.Cache cache(String path) {
        return new Action.Cache(path, Action.Cache.STANDARD_KEY, false);
    }

    private Workspace workspace() throws IOException {
        var root = Files.createDirectories(temp.resolve("ws" + workspaces++));
        return new Workspace(root, root);
    }

    private void leave(ReadyTask task, String path, String content) throws IOException {
        var workspace = workspace();
        var file = workspace.directory().resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
        caches.keep(task, true, workspace, said::add);
    }

    private Path restored(ReadyTask task) throws Exception {
        var workspace = workspace();
        caches.restore(task, workspace, MANY, said::add);
        return workspace.directory();
    }

    @Test
    void shouldBringBackFilesAndDirectories() throws Exception {
        var task = task("push", cache("deps"), cache("state/one"));
        assertThat(caches.isWarm(task)).isFalse();
        var workspace = workspace();
        Files.createDirectories(workspace.directory().resolve("deps/sub"));
        Files.writeString(workspace.directory().resolve("deps/sub/a"), "1");
        Files.createDirectories(workspace.directory().resolve("state"));
        Files.writeString(workspace.directory().resolve("state/one"), "2");
        caches.keep(task, true, workspace, said::add);

        assertThat(caches.isWarm(task)).isTrue();
        var there = restored(task);
        assertThat(there.resolve("deps/sub/a")).hasContent("1");
        assertThat(there.resolve("state/one")).isRegularFile().hasContent("2");
        assertThat(said.get(0)).matches("coil: cache 'deps': kept 1 file, [0-9]+ bytes on this worker");
        assertThat(said.get(2)).isEqualTo("coil: unpacked cache 'deps'");
    }

    @Test
    void shouldTellKeysPathsAndProjectsApart() throws Exception {
        leave(task("push", cache("deps")), "deps/a", "1");

        assertThat(restored(task("push", new Action.Cache("deps", "other", false))))
                .isEmptyDirectory();
        assertThat(restored(task("push", cache("more")))).isEmptyDirectory();
        assertThat(said).contains("coil: cache 'deps': this worker has none yet");
    }

    @Test
    void shouldKeepOfFailedTasksOnlyWhatIsAlwaysWanted() throws Exception {
        var task = task("push", cache("a"), new Action.Cache("b", "default", true));
        var workspace = workspace();
        Files.writeString(workspace.directory().resolve("a"), "a");
        Files.writeString(workspace.directory().resolve("b"), "b");
        caches.keep(task, false, workspace, said::add);

        assertThat(restored(task)).isDirectoryNotContaining("glob:**/a").isDirectoryContaining("glob:**/b");
    }

    @Test
    void shouldTakeNothingFromForks() throws Exception {
        leave(task("push", cache("deps")), "deps/a", "good");
        leave(task(Source.FORK, cache("deps")), "deps/a", "poison");

        assertThat(said).last().asString().contains("pull requests from other repositories leave none");
        assertThat(restored(task(Source.FORK, cache("deps"))).resolve("deps/a")).hasContent("good");
    }

    @Test
    void shouldNotFailForWhatItCannotKeep() throws Exception {
        caches.keep(task("push", cache("deps")), true, workspace(), said::add);
        assertThat(said).containsExactly("coil: cache 'deps': nothing is there to be kept");

        var workspace = workspace();
        Files.createSymbolicLink(workspace.directory().resolve("deps"), Path.of("/etc"));
        caches.keep(task("push", cache("deps")), true, workspace, said::add);
        assertThat(said).last().asString().contains("leads out of the workspace over a symbolic link");
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void shouldDoWithoutADamagedOne() throws Exception {
        var task = task("push", cache("deps"));
        leave(task, "deps/a", "1");
        try (var files = Files.list(directory)) {
            Files.writeString(files.findFirst().orElseThrow(), "no archive");
        }

        assertThatThrownBy(() -> restored(task))
                .isInstanceOf(InfraTrouble.class)
                .hasMessageStartingWith("cache 'deps' cannot be unpacked, and was deleted");
        assertThat(restored(task)).isEmptyDirectory();
    }

    @Test
    void shouldNotFillMoreDiskThanTheTaskMayUse() throws Exception {
        var task = task("push", cache("deps"));
        leave(task, "deps/a", "x".repeat(100_000));

        assertThatThrownBy(() -> caches.restore(task, workspace(), 50_000, said::add))
                .isInstanceOf(TaskFault.class)
                .hasMessageContaining("resources: {disk: …}");
        assertThat(caches.isWarm(task)).isFalse();
    }

    @Test
    void shouldForgetWhatWasNotUsedForLongest() throws Exception {
        caches = new Caches(directory, Eyes.OWN, 25_000);
        for (var name : List.of("a", "b")) {
            leave(task("push", cache(name)), name, noise(10_000));
        }
        try (var files = Files.list(directory)) {
            for (var file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(60)));
            }
        }
        restored(task("push", cache("a")));
        leave(task("push", cache("c")), "c", noise(10_000));

        assertThat(caches.isWarm(task("push", cache("a"), cache("c")))).isTrue();
        assertThat(caches.isWarm(task("push", cache("b")))).isFalse();
        leave(task("push", cache("d")), "d", noise(40_000));
        assertThat(said).last().asString().contains("more than the 25000 that this worker keeps of all caches");
    }

    /** What cannot be compressed by much. */
    private static String noise(int length) {
        return new Random(length)
                .ints(length, ' ', '~')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    @Test
    void shouldKeepNothingWhereTheOwnerWantsNone() throws Exception {
        caches = new Caches(directory, Eyes.OWN, 0);
        leave(task("push", cache("deps")), "deps/a", "1");

        assertThat(said).containsExactly("coil: cache 'deps': not kept, as this worker's owner does not want any");
        assertThat(directory).isEmptyDirectory();
    }
}
