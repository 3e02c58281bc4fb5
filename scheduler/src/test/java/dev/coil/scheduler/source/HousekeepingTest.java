package dev.coil.scheduler.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.source.SourceKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HousekeepingTest {

    @Test
    void shouldBoundPacksAndListedRefsAndLoseNothing(@TempDir Path directory) throws Exception {
        var store = new SourceStore(directory.resolve("sources"));
        var repository = store.findOrCreate("demo", SourceKind.WHOLE);
        var submitter = GitClient.create(directory.resolve("submitter"));
        var commits = push(submitter, repository, 12);
        assertThat(packs(repository)).isEqualTo(12);

        try (var housekeeping = new Housekeeping(store.git(), 4, 5)) {
            housekeeping.pushed(repository);

            await().untilAsserted(() -> {
                assertThat(packs(repository)).isLessThanOrEqualTo(4);
                assertThat(refs(submitter, repository, Housekeeping.COMMITS))
                        .hasSize(5)
                        .contains(commits.get(11));
                assertThat(refs(submitter, repository, Housekeeping.OLD_COMMITS))
                        .hasSize(7)
                        .contains(commits.get(0));
                assertThat(repository.resolve("packed-refs")).exists();
            });
        }

        assertThat(commits).allSatisfy(commit -> assertThat(store.hasCommit("demo", commit))
                .isTrue());
        submitter.git("--git-dir=" + repository, "fsck", "--strict");
    }

    @Test
    void shouldLeaveASmallRepositoryAlone(@TempDir Path directory) throws Exception {
        var store = new SourceStore(directory.resolve("sources"));
        var repository = store.findOrCreate("demo", SourceKind.WHOLE);
        var submitter = GitClient.create(directory.resolve("submitter"));
        push(submitter, repository, 3);

        try (var housekeeping = new Housekeeping(store.git())) {
            housekeeping.pushed(repository);
        }

        assertThat(packs(repository)).isEqualTo(3);
        assertThat(repository.resolve("packed-refs")).doesNotExist();
    }

    @Test
    void shouldRemoveWhatAKilledPushLeftTheDayBefore(@TempDir Path directory) throws Exception {
        var store = new SourceStore(directory.resolve("sources"));
        var repository = store.findOrCreate("demo", SourceKind.WHOLE);
        var old = Files.createDirectory(repository.resolve("objects/tmp_objdir-incoming-1"));
        Files.createFile(old.resolve("tmp_pack_1"));
        var fresh = Files.createDirectory(repository.resolve("objects/tmp_objdir-incoming-2"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));

        try (var housekeeping = new Housekeeping(store.git())) {
            housekeeping.pushed(repository);
            await().untilAsserted(() -> assertThat(old).doesNotExist());
        }

        assertThat(fresh).exists();
    }

    /** Pushes commits one by one, each a second later than the one before, and returns their ids. */
    private static List<String> push(GitClient submitter, Path repository, int number) throws Exception {
        var commits = new ArrayList<String>();
        for (int i = 0; i < number; i++) {
            submitter.at(1_700_000_000L + i).commit("file", "line " + i + "\n");
            submitter.git("config", "remote.node.receivepack", "git -c receive.unpackLimit=1 receive-pack");
            submitter.git("config", "remote.node.url", repository.toString());
            var commit = submitter.head();
            submitter.git("push", "--quiet", "node", commit + ":" + Housekeeping.COMMITS + "/" + commit);
            commits.add(commit);
        }
        return commits;
    }

    private static long packs(Path repository) throws Exception {
        try (var files = Files.list(repository.resolve("objects/pack"))) {
            return files.filter(file -> file.toString().endsWith(".pack")).count();
        }
    }

    private static List<String> refs(GitClient client, Path repository, String prefix) throws Exception {
        return client.git("--git-dir=" + repository, "for-each-ref", "--format=%(objectname)", prefix)
                .lines()
                .toList();
    }
}
