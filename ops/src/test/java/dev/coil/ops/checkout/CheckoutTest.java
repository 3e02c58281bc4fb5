package dev.coil.ops.checkout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckoutTest {

    @TempDir
    private Path temporary;

    private Path path;
    private Shell shell;

    @BeforeEach
    void makeRepository() {
        path = temporary.resolve("mylang");
        shell = Shell.repository(path);
    }

    @Test
    void shouldTakeTheCommitOfHead() {
        var checkout = find(Wanted.at(path));

        var source = checkout.source("manual");
        assertThat(source.commit()).isEqualTo(shell.run("git rev-parse HEAD"));
        assertThat(source.ref()).isEqualTo("refs/heads/main");
        assertThat(source.subject()).isEqualTo("First things first");
        assertThat(source.directory()).isEmpty();
        assertThat(checkout.project()).isEqualTo("mylang");
        assertThat(checkout.graph().text()).contains("committed");
        assertThat(checkout.notices()).isEmpty();
        assertThat(checkout.seal()).isEmpty();
    }

    @Test
    void shouldUseTheCommittedGraphAndNameWhatIsNotCommitted() {
        shell.run("echo 'tasks: {t: {run: edited}}' > .coil.yml; touch b c d e f; git mv a.txt 'a b.txt'");

        var checkout = find(Wanted.at(path));

        assertThat(checkout.graph().text()).contains("committed");
        assertThat(checkout.notices())
                .containsExactly(
                        ".coil.yml differs from the commit: the graph of the commit is used (--dirty takes this one)",
                        "uncommitted changes are left out: a b.txt, b, c, d, e and 1 more (--dirty includes them)");
    }

    @Test
    void shouldUseAGraphThatIsNotCommittedYet() {
        shell.run("git rm -q --cached .coil.yml; git commit -q -m 'Without a graph'");

        var checkout = find(Wanted.at(path));

        assertThat(checkout.graph().text()).contains("committed");
        assertThat(checkout.notices()).first().asString().contains(".coil.yml is not committed yet");
        assertThat(checkout.source("manual").commit()).isEqualTo(shell.run("git rev-parse HEAD"));
    }

    @Test
    void shouldIncludeUncommittedChangesIfAsked() {
        shell.run("echo 'tasks: {t: {run: edited}}' > .coil.yml; echo new > b.txt; rm a.txt;"
                + " echo ignored > junk; echo junk > .gitignore");
        var before = shell.run("git status --porcelain; git count-objects");

        try (var checkout = find(new Wanted(path, null, true, null))) {
            assertThat(checkout.graph().text()).contains("edited");
            assertThat(checkout.seal()).isEmpty();
            var source = checkout.source("manual");
            assertThat(source.subject()).isEqualTo("First things first (with uncommitted changes)");
            assertThat(arrivedFiles(checkout, source.commit())).containsExactly(".coil.yml", ".gitignore", "b.txt");
        }
        assertThat(shell.run("git status --porcelain; git count-objects")).isEqualTo(before);
    }

    @Test
    void shouldMakeTheSameCommitOfTheSameChanges() {
        shell.run("echo new > b.txt");

        assertThat(sealed(new Wanted(path, null, true, null)))
                .isEqualTo(sealed(new Wanted(path, null, true, null)))
                .isNotEqualTo(shell.run("git rev-parse HEAD"));
    }

    @Test
    void shouldLeaveTheRefEmptyWhereHeadIsDetached() {
        shell.run("git checkout -q --detach");

        assertThat(find(Wanted.at(path)).source("push").ref()).isEmpty();
    }

    @Test
    void shouldNameTheRepositoryByItsOriginWhateverTheDirectoryIsCalled() {
        new Shell(temporary).run("git clone -q mylang somewhere");

        assertThat(find(Wanted.at(temporary.resolve("somewhere"))).project()).isEqualTo("mylang");
    }

    @Test
    void shouldNameALinkedWorktreeByItsRepository() {
        shell.run("git worktree add -q ../elsewhere -b topic");

        var checkout = find(Wanted.at(temporary.resolve("elsewhere")));

        assertThat(checkout.project()).isEqualTo("mylang");
        assertThat(checkout.ref()).isEqualTo("refs/heads/topic");
    }

    @Test
    void shouldIncludeUncommittedChangesOfALinkedWorktree() {
        shell.run("git worktree add -q ../elsewhere -b topic; echo new > ../elsewhere/b.txt");

        try (var checkout = find(new Wanted(temporary.resolve("elsewhere"), null, true, null))) {
            checkout.seal();
            assertThat(arrivedFiles(checkout, checkout.source("manual").commit()))
                    .containsExactly(".coil.yml", "a.txt", "b.txt");
        }
    }

    @Test
    void shouldFindTheGraphOfASubdirectory() {
        shell.run("mkdir -p sub/deep; echo 'tasks: {s: {run: sub}}' > sub/.coil.yml; touch sub/deep/x;"
                + " git add .; git commit -q -m Sub");

        var checkout = find(Wanted.at(path.resolve("sub/deep")));

        assertThat(checkout.source("manual").directory()).isEqualTo("sub");
        assertThat(checkout.graph().text()).contains("run: sub");
        assertThat(checkout.graph().file()).endsWith("sub/.coil.yml");
    }

    @Test
    void shouldFindTheGraphAboveASubdirectoryThatHasNone() {
        shell.run("mkdir sub; touch sub/x; git add .; git commit -q -m Sub");

        var checkout = find(Wanted.at(path.resolve("sub")));

        assertThat(checkout.source("manual").directory()).isEmpty();
        assertThat(checkout.graph().text()).contains("committed");
    }

    @Test
    void shouldTakeASnapshotOfADirectoryThatNoCommitHas() {
        shell.run("mkdir sub; echo 'tasks: {s: {run: sub}}' > sub/.coil.yml; echo sub > .gitignore;"
                + " git add .gitignore; git commit -q -m Ignore");

        try (var checkout = find(Wanted.at(path.resolve("sub")))) {
            assertThat(checkout.project()).isEqualTo("sub");
            assertThat(checkout.seal()).singleElement().asString().contains("is in no commit of its git repository");
            assertThat(arrivedFiles(checkout, checkout.source("manual").commit()))
                    .containsExactly(".coil.yml");
        }
    }

    @Test
    void shouldTakeASnapshotOfADirectoryWithoutGit() {
        var plain = temporary.resolve("plain");
        var files = new Shell(plain);
        files.run("echo 'tasks: {p: {run: plain}}' > .coil.yml; mkdir src; echo 'int x;' > src/x.c; touch x.o;"
                + " echo '*.o' > .gitignore; chmod +x src/x.c");

        String first;
        try (var checkout = find(Wanted.at(plain))) {
            assertThat(checkout.source("manual").commit()).isNull();
            assertThat(checkout.seal())
                    .containsExactly(plain + " is not a git repository: its files are run as a snapshot");
            var source = checkout.source("manual");
            first = source.commit();
            assertThat(source.subject()).isEqualTo("Snapshot of plain");
            assertThat(arrivedFiles(checkout, first)).containsExactly(".coil.yml", ".gitignore", "src/x.c");
        }
        assertThat(sealed(Wanted.at(plain))).isEqualTo(first);
        assertThat(files.run("ls -A")).isEqualTo(".coil.yml\n.gitignore\nsrc\nx.o");
    }

    @Test
    void shouldSayThatRepositoriesInsideASnapshotAreLeftOut() {
        var plain = temporary.resolve("plain");
        new Shell(plain).run("echo 'tasks: {}' > .coil.yml");
        Shell.repository(plain.resolve("nested"));

        try (var checkout = find(Wanted.at(plain))) {
            assertThat(checkout.seal()).contains("nested is a git repository of its own and is not in the snapshot");
        }
    }

    @Test
    void shouldTakeASnapshotBeforeTheFirstCommit() {
        var fresh = temporary.resolve("fresh");
        new Shell(fresh).run("git init -q -b main .; echo 'tasks: {}' > .coil.yml");

        try (var checkout = find(Wanted.at(fresh))) {
            assertThat(checkout.seal()).singleElement().asString().contains("there is no commit yet");
            assertThat(checkout.ref()).isEqualTo("refs/heads/main");
            assertThat(arrivedFiles(checkout, checkout.source("manual").commit()))
                    .containsExactly(".coil.yml");
        }
    }

    @Test
    void shouldTakeABareRepositorysHead() {
        new Shell(temporary).run("git clone -q --bare mylang served.git; git -C served.git remote remove origin");

        var checkout = find(Wanted.at(temporary.resolve("served.git")));

        assertThat(checkout.project()).isEqualTo("served");
        assertThat(checkout.source("push").commit()).isEqualTo(shell.run("git rev-parse HEAD"));
    }

    @Test
    void shouldTakeAnotherRevisionWithItsOwnGraph() {
        shell.run("git tag v1; git checkout -q -b topic; echo 'tasks: {t: {run: topic}}' > .coil.yml;"
                + " git commit -q -a -m Topic; git checkout -q main");

        var topic = find(new Wanted(path, "topic", false, null));
        var tag = find(new Wanted(path, "v1", false, null));

        assertThat(topic.graph().text()).contains("run: topic");
        assertThat(topic.ref()).isEqualTo("refs/heads/topic");
        assertThat(tag.ref()).isEqualTo("refs/tags/v1");
        assertThat(tag.source("push").commit()).isEqualTo(shell.run("git rev-parse main"));
    }

    @Test
    void shouldTakeAFullNameThatIsNotKnownAsANameForHead() {
        shell.run("git checkout -q --detach");

        var checkout = find(new Wanted(path, "refs/pull/7/head", false, null));

        assertThat(checkout.ref()).isEqualTo("refs/pull/7/head");
        assertThat(checkout.source("pull_request").commit()).isEqualTo(shell.run("git rev-parse HEAD"));
    }

    @Test
    void shouldTellWhatTheCommitChanged() {
        shell.run("echo b > b.txt; git rm -q a.txt; git add .; git commit -q -m Second; echo c > c.txt");

        assertThat(find(Wanted.at(path)).changedFiles()).containsExactly("a.txt", "b.txt");
        assertThat(find(new Wanted(path, null, true, null)).changedFiles()).containsExactly("a.txt", "b.txt", "c.txt");
    }

    @Test
    void shouldTellWhatTheCommitChangedAsSeenFromTheGraph() {
        shell.run("mkdir sub; echo 'tasks: {}' > sub/.coil.yml; echo b > b.txt; git add .; git commit -q -m Second");

        assertThat(find(Wanted.at(path.resolve("sub"))).changedFiles()).containsExactly("../b.txt", ".coil.yml");
    }

    @Test
    void shouldCompareABranchWithWhereItLeftTheRemotesMainBranch() {
        new Shell(temporary).run("git clone -q mylang clone");
        var clone = new Shell(temporary.resolve("clone"));
        clone.run("git checkout -q -b topic; echo 1 > 1; git add .; git commit -q -m 1; echo 2 > 2; git add .;"
                + " git commit -q -m 2");

        var checkout = find(Wanted.at(temporary.resolve("clone")));

        assertThat(checkout.base()).isEqualTo(shell.run("git rev-parse main"));
        assertThat(checkout.changedFiles()).containsExactly("1", "2");
    }

    @Test
    void shouldNotKnowWhatAFirstCommitChanged() {
        var checkout = find(Wanted.at(path));

        assertThat(checkout.base()).isEmpty();
        assertThat(checkout.changedFiles()).isNull();
    }

    @Test
    void shouldRefuseWhatIsNotThere() {
        var empty = temporary.resolve("empty");
        new Shell(empty).run("true");

        assertThatThrownBy(() -> find(Wanted.at(empty)))
                .isInstanceOf(NoCheckout.class)
                .hasMessage("there is no .coil.yml in " + empty + "; 'coil init' writes a first one");
        assertThatThrownBy(() -> find(Wanted.at(temporary.resolve("nowhere"))))
                .isInstanceOf(NoCheckout.class)
                .hasMessageContaining("there is no directory");
        assertThatThrownBy(() -> find(new Wanted(path, "topci", false, null)))
                .isInstanceOf(NoCheckout.class)
                .hasMessageContaining("no branch, tag or commit 'topci'");
    }

    private static Checkout find(Wanted wanted) {
        return Checkout.find(wanted);
    }

    private static String sealed(Wanted wanted) {
        try (var checkout = find(wanted)) {
            checkout.seal();
            return String.valueOf(checkout.source("manual").commit());
        }
    }

    /** The files of the commit, as seen where it was pushed to. */
    private List<String> arrivedFiles(Checkout checkout, String commit) {
        var node = temporary.resolve("node");
        if (!Files.exists(node)) {
            Shell.bare(node.resolve("git/p.git"));
        }
        checkout.push(new NodeSources(node.toUri(), null, "p", line -> {}));
        return new Shell(node.resolve("git/p.git"))
                .run("git ls-tree -r --name-only refs/coil/commits/" + commit)
                .lines()
                .toList();
    }
}
