package dev.coil.worker.runner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What tasks leave in their workspaces, made by a real shell. */
@Timeout(60)
class SlotsTest {

    @TempDir
    Path temp;

    private Slots slots;
    private Path trash;

    @BeforeEach
    void open() throws Exception {
        slots = new Slots(temp, null);
        trash = temp.resolve("trash");
    }

    @AfterEach
    void close() {
        slots.close();
    }

    private static int shell(Path directory, String script) throws Exception {
        var process = new ProcessBuilder("sh", "-c", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectInput(new File("/dev/null"))
                .start();
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void shouldSayThatATaskWaitsForItsTree() throws Exception {
        var waits = new CountDownLatch(1);
        var first = slots.take("7-0", () -> fail("nobody has the tree"));

        var second = CompletableFuture.supplyAsync(() -> {
            try {
                return slots.take("7-0", waits::countDown).workspace();
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        assertThat(waits.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(second).isNotDone();
        first.close();

        assertThat(second.get(30, TimeUnit.SECONDS)).isEqualTo(first.workspace());
    }

    /** Runs a script in the workspace of a task. */
    private void leave(String script) throws Exception {
        try (var slot = slots.take(null, () -> {})) {
            assertThat(shell(slot.workspace(), script)).isZero();
        }
    }

    private List<Path> rubbish() throws IOException {
        try (var entries = Files.list(trash)) {
            return entries.toList();
        }
    }

    private void awaitEmptyTrash() {
        await().atMost(30, TimeUnit.SECONDS).until(() -> rubbish().isEmpty());
    }

    private void assertNextSlotIsClean() throws Exception {
        try (var slot = slots.take(null, () -> {})) {
            assertThat(slot.workspace()).isEmptyDirectory();
        }
    }

    @Test
    void shouldGiveEachTaskAnEmptyWorkspace() throws Exception {
        leave("mkdir a; touch a/b .c");

        assertNextSlotIsClean();
        awaitEmptyTrash();
    }

    @Test
    void shouldDeleteDirectoriesWithoutPermissions() throws Exception {
        leave("mkdir -p a/b c; touch a/b/x c/y; chmod 000 a/b a c; chmod 500 .");

        assertNextSlotIsClean();
        awaitEmptyTrash();
    }

    @Test
    void shouldDeleteAWorkspaceWithoutPermissions() throws Exception {
        leave("mkdir a; touch a/b; chmod 000 .");

        assertNextSlotIsClean();
        awaitEmptyTrash();
    }

    @Test
    void shouldDeleteTreesThatAreDeeperThanAPathCanBeLong() throws Exception {
        leave("perl -e 'for (1..4000) { mkdir \"deep\" or die; chdir \"deep\" or die } open F, \">x\"'");

        assertNextSlotIsClean();
        awaitEmptyTrash();
    }

    @Test
    void shouldDeleteTreesOfTheLongestNames() throws Exception {
        leave("perl -e 'for (1..40) { $n = \"n\" x 255; mkdir $n or die; chdir $n or die } open F, \">x\"'");

        assertNextSlotIsClean();
        awaitEmptyTrash();
    }

    @Test
    void shouldDeleteNamesOfAnyBytes() throws Exception {
        leave("d=$(printf 'caf\\351\\nx'); mkdir \"$d\"; touch \"$d/$(printf '\\377\\001')\" -- '-rf' ' '");

        assertNextSlotIsClean();
        awaitEmptyTrash();
    }

    @Test
    void shouldNotFollowLinks() throws Exception {
        var precious =
                Files.createFile(Files.createDirectory(temp.resolve("precious")).resolve("file"));
        leave("ln -s " + precious.getParent() + " link; ln -s / root");

        assertNextSlotIsClean();
        awaitEmptyTrash();
        assertThat(precious).exists();
    }

    @Test
    void shouldGoOnAfterATaskThatDeletedItsWorkspaceOrTheWholeDirectory() throws Exception {
        leave("rm -rf \"$PWD\"");
        leave("rm -rf \"$PWD\"; ln -s / \"$PWD\"");
        leave("rm -rf ../../../slots ../../../trash ../../../trees");

        assertNextSlotIsClean();
        assertThat(Files.isDirectory(Path.of("/"))).isTrue();
    }

    @Test
    void shouldLeaveAWorkspaceInWhichSomeProcessStillIs() throws Exception {
        Process guest;
        try (var slot = slots.take(null, () -> {})) {
            guest = new ProcessBuilder("sleep", "60")
                    .directory(slot.workspace().toFile())
                    .start();
        }
        try {
            assertNextSlotIsClean();
            awaitEmptyTrash();
        } finally {
            guest.destroyForcibly();
        }
    }

    @Test
    void shouldPassOverWhatCannotBeDeletedUntilItCan() throws Exception {
        try (var slot = slots.take(null, () -> {})) {
            var locked = Files.createFile(slot.workspace().resolve("locked"));
            Files.createFile(slot.workspace().resolve("other"));
            assumeTrue(
                    shell(temp, "chattr +i " + locked) == 0, "needs the superuser and a file system with attributes");
        }
        try {
            await().until(() -> rubbish().size() == 1
                    && Files.exists(rubbish().get(0).resolve("locked"))
                    && !Files.exists(rubbish().get(0).resolve("other")));
            assertNextSlotIsClean();
        } finally {
            shell(trash, "chattr -R -i .");
        }
        slots.close();

        slots = new Slots(temp, null);

        awaitEmptyTrash();
    }

    @Test
    void shouldTakeAnotherPlaceWhileAWorkspaceCannotBeMoved() throws Exception {
        Path first;
        try (var slot = slots.take(null, () -> {})) {
            first = slot.workspace();
            assumeTrue(shell(temp, "chattr +i " + first) == 0, "needs the superuser and a file system with attributes");
        }
        try (var slot = slots.take(null, () -> {})) {
            assertThat(slot.workspace()).isNotEqualTo(first).isEmptyDirectory();
        } finally {
            shell(temp, "chattr -i " + first);
        }

        try (var slot = slots.take(null, () -> {})) {
            assertThat(slot.workspace()).isEqualTo(first).isEmptyDirectory();
        }
    }

    @Test
    void shouldSayThatAPlaceWhichATreeNeedsIsBlocked() throws Exception {
        Path tree;
        try (var slot = slots.take("7-0", () -> {})) {
            tree = slot.workspace();
            assumeTrue(shell(temp, "chattr +i " + tree) == 0, "needs the superuser and a file system with attributes");
        }
        try {
            assertThatThrownBy(() -> slots.take("7-0", () -> {})).isInstanceOf(IOException.class);
        } finally {
            shell(temp, "chattr -i " + tree);
        }
        slots.take("7-0", () -> {}).close();
    }

    @Test
    void shouldUnmountWhatATaskMountedAndNotDeleteWhatIsInIt() throws Exception {
        var precious =
                Files.createFile(Files.createDirectory(temp.resolve("precious")).resolve("file"));
        Path workspace;
        try (var slot = slots.take(null, () -> {})) {
            workspace = slot.workspace();
            assumeTrue(
                    shell(workspace, "mkdir 'a b'; mount --bind " + precious.getParent() + " 'a b'") == 0,
                    "needs the superuser");
            assertThat(workspace.resolve("a b/file")).exists();
        }

        assertNextSlotIsClean();

        awaitEmptyTrash();
        assertThat(precious).exists();
        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(temp.toString());
    }

    @Test
    void shouldUnmountWhatATaskMountedOverItsWorkspace() throws Exception {
        try (var slot = slots.take(null, () -> {})) {
            assumeTrue(shell(temp, "mount -t tmpfs none " + slot.workspace()) == 0, "needs the superuser");
        }

        assertNextSlotIsClean();

        assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(temp.toString());
        assertThat(Files.exists(temp.resolve("slots"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }
}
