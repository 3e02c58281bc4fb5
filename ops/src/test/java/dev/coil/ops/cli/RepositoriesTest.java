package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.checkout.Shell;
import dev.coil.ops.node.EmbeddedNode;
import dev.coil.ops.node.NodeConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Odd repositories all the way: submitted, kept by a node, fetched by a worker, and seen by a task. Nothing is left out but the terminal. */
class RepositoriesTest {

    @TempDir
    private static Path nodeHome;

    private static EmbeddedNode node;

    @TempDir
    private Path temporary;

    @BeforeAll
    static void start() {
        node = EmbeddedNode.start(NodeConfig.defaults(nodeHome).withPort(0));
    }

    @AfterAll
    static void stop() {
        node.close();
    }

    /** Each test has a project of its own, as the node is one. */
    private Shell repository(String name) {
        return Shell.repository(temporary.resolve(name));
    }

    private Shell in(String directory) {
        return new Shell(temporary.resolve(directory));
    }

    private Console.Result coil(String... arguments) {
        return new Console(temporary, temporary.resolve("home"))
                .with("COIL_URL", node.url())
                .coil(arguments);
    }

    /** Writes a graph with one task and commits it. */
    private static void graph(Shell repository, String keys) {
        repository.run(
                "cat > .coil.yml <<'END'\ntasks:\n  t:\n" + keys.indent(4) + "END\ngit add -A; git commit -q -m Graph");
    }

    /** What the task printed, without what Coil says. */
    private String seen(String... arguments) {
        var result = coil(Stream.concat(Stream.of("run"), Stream.of(arguments)).toArray(String[]::new));
        assertThat(result.code()).as(result.err() + result.out()).isZero();
        var lines = coil("log", "latest", "t").out().lines().toList();
        return String.join(
                "\n", lines.stream().filter(line -> !line.startsWith("coil: ")).toList());
    }

    private String refused(String... arguments) {
        var result = coil(Stream.concat(Stream.of("run"), Stream.of(arguments)).toArray(String[]::new));
        assertThat(result.code()).as(result.err()).isIn(ExitCodes.USAGE, ExitCodes.ERROR);
        assertThat(result.err()).doesNotContain("Exception");
        return result.err();
    }

    private static final String EVERYTHING =
            "find . -path ./.git -prune -o -printf '%p %m %y %l\\n' | LC_ALL=C sort | sha256sum;"
                    + " find . -path ./.git -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum";

    private static final String ODD_FILES = """
            mkdir 'sp ace'; echo 1 > 'sp ace/ü ñ'; printf 'x\\r\\ny\\r\\n' > crlf.txt; printf nl > 'new
            line'; echo d > -dash; echo a > Case; echo b > case; printf q > "$(printf 'bad\\377name')"
            echo x > exec; chmod +x exec; ln -s nowhere dangling; ln -s /nowhere/else outside; ln -s loop loop
            ln -s 'sp ace' directory; ln -s "$(printf 'to\\376')" strange; echo q > 'quo"te\\back'; : > empty
            """;

    @Test
    void shouldBringEachFileAsItIsWhateverItsNameAndKind() {
        var odd = repository("odd");
        odd.run(ODD_FILES);
        graph(odd, "run: |\n  " + EVERYTHING + "\n  git status --short");

        assertThat(seen("odd")).isEqualTo(odd.run(EVERYTHING));
    }

    @Test
    void shouldBringUncommittedFilesAsTheyAre() {
        var odd = repository("odd-dirty");
        graph(odd, "run: |\n  " + EVERYTHING);
        odd.run(ODD_FILES + "echo more >> a.txt; chmod +x a.txt");

        assertThat(seen("--dirty", "odd-dirty")).isEqualTo(odd.run(EVERYTHING));
    }

    @Test
    void shouldLeaveADirectoryWithoutGitAsItIs() {
        var plain = in("plain");
        plain.run(ODD_FILES + "cat > .coil.yml <<'END'\ntasks:\n  t:\n    run: |\n      " + EVERYTHING + "\nEND");

        assertThat(seen("plain")).isEqualTo(plain.run(EVERYTHING));
    }

    @Test
    void shouldShowAShallowClonesHistoryAsFarAsItGoesAndLaterTheWhole() {
        var deep = repository("deep");
        graph(deep, "run: git log --format=%s");
        deep.run("git commit -q --allow-empty -m Last");
        in(".").run("git clone -q --depth=1 file://$PWD/deep clone");

        assertThat(seen("clone")).isEqualTo("Last");
        assertThat(seen("deep")).isEqualTo("Last\nGraph\nFirst things first");
    }

    @Test
    void shouldFillAPartialCloneFromItsRemote() {
        var deep = repository("partial");
        graph(deep, "run: cat a.txt; git log --format=%s");
        deep.run("git config uploadpack.allowFilter true");
        in(".").run("git clone -q --no-checkout --filter=blob:none file://$PWD/partial blobless");

        assertThat(seen("blobless")).isEqualTo("a\nGraph\nFirst things first");
    }

    @Test
    void shouldRunARepositoryWithSha256() {
        var modern = in("modern");
        modern.run("git init -q -b main --object-format=sha256 .");
        graph(modern, "run: git rev-parse HEAD; ls");
        modern.run("echo new > new");

        assertThat(seen("modern")).isEqualTo(modern.run("git rev-parse HEAD"));
        assertThat(seen("--dirty", "modern")).endsWith("new");
    }

    @Test
    void shouldRunBareDetachedAndTaggedCommits() {
        var origin = repository("origin");
        graph(origin, "run: echo \"<$COIL_REF>\"; cat a.txt");
        origin.run("git tag -a v1 -m v1; git clone -q --bare . ../served.git; git checkout -q v1");

        assertThat(seen("served.git")).isEqualTo("<refs/heads/main>\na");
        assertThat(seen("origin")).isEqualTo("<>\na");
        assertThat(seen("origin/.git")).isEqualTo("<>\na");
    }

    @Test
    void shouldRunWhatACommitIsAndNotWhatReplacesItHere() {
        var replaced = repository("replaced");
        graph(replaced, "run: cat a.txt");
        replaced.run("echo b > a.txt; git commit -q -a -m Second; git replace HEAD HEAD~1; git reset -q --hard");

        assertThat(seen("replaced")).isEqualTo("b");
    }

    @Test
    void shouldNotRunFiltersOfTheSubmittersWhereTasksRun() {
        var filtered = repository("filtered");
        filtered.run("git config filter.up.clean 'tr a-z A-Z'; git config filter.up.smudge 'tr A-Z a-z';"
                + " printf '*.x filter=up\\n*.t text eol=crlf\\n' > .gitattributes; echo hello > f.x; echo t > f.t");
        graph(filtered, "run: cat f.x; od -An -c f.t");

        assertThat(seen("filtered").replaceAll(" +", " ")).isEqualTo("HELLO\n t \\r \\n");
    }

    @Test
    void shouldRunInTheMiddleOfAMerge() {
        var merging = repository("merging");
        graph(merging, "run: cat a.txt");
        merging.run("git checkout -q -b other; echo b > a.txt; git commit -q -a -m b; git checkout -q main;"
                + " echo c > a.txt; git commit -q -a -m c; ! git merge -q other");

        assertThat(seen("merging")).isEqualTo("c");
        assertThat(seen("--dirty", "merging")).contains("<<<<<<< HEAD", ">>>>>>> other");
    }

    /** Submodules two deep: top has lib at {@code sm/lib}, which has inner at {@code in}; with a commit that only top's work tree has. */
    private Shell submodules(String top, String checkout) {
        repository("inner-" + top);
        var file = "git -c protocol.file.allow=always submodule --quiet add ../";
        repository("lib-" + top).run(file + "inner-" + top + " in; git commit -q -m Inner");
        var repository = repository(top);
        repository.run(file + "lib-" + top + " sm/lib");
        repository.run("echo local > sm/lib/local; git -C sm/lib add .; git -C sm/lib commit -q -m Local;"
                + " git -C sm/lib -c protocol.file.allow=always submodule --quiet update --init");
        graph(
                repository,
                "checkout: " + checkout + "\nrun: |\n"
                        + "  ls sm/lib; ls sm/lib/in; git status --short; git submodule status | cut -c1 | tr -d ' '");
        return repository;
    }

    @Test
    void shouldLeaveSubmodulesEmptyUnlessAsked() {
        graph(submodules("tops", "true"), "run: find sm; git status --short");

        assertThat(seen("tops")).isEqualTo("sm\nsm/lib");
    }

    @Test
    void shouldBringSubmodulesThatOnlyTheSubmitterHas() {
        submodules("topd", "{submodules: true}").run("rm -rf ../lib-topd ../inner-topd");

        assertThat(seen("topd")).isEqualTo("a.txt\nin\nlocal\n");
    }

    @Test
    void shouldBringSubmodulesOfSubmodules() {
        submodules("topr", "{submodules: recursive}").run("rm -rf ../lib-topr ../inner-topr");

        assertThat(seen("topr")).isEqualTo("a.txt\nin\nlocal\na.txt\n");
    }

    @Test
    void shouldFetchSubmodulesThatAreNotInitialisedOrSayWhichIsNotToBeHad() {
        var top = submodules("topu", "{submodules: true}");
        top.run("git -C sm/lib push -q origin HEAD:refs/heads/local");
        in(".").run("git clone -q topu uninitialised");

        assertThat(seen("uninitialised")).isEqualTo("a.txt\nin\nlocal\n");

        in(".").run("rm -rf lib-topu topu; git clone -q uninitialised again; git -C again commit -q --allow-empty -m x;"
                + " git -C again remote remove origin");
        assertThat(refused("again")).contains("submodule sm/lib", "git submodule update");
    }

    @Test
    void shouldCheckOutFurtherRepositoriesAtTheCommitOfTheSubmission() {
        var lib = repository("lib");
        lib.run("git tag -a v1 -m v1; git commit -q --allow-empty -m Second; git clone -q --bare . ../served.git");
        var url = "file://" + temporary.resolve("served.git");
        var further = repository("further");
        graph(
                further,
                "checkout:\n  - {repository: ../lib, ref: v1}\n  - {repository: '" + url + "', path: deps/served}\n"
                        + "run: |\n  git -C lib log --format=%s; git -C deps/served log --format=%s; git status --short; cat a.txt");

        assertThat(seen("further")).isEqualTo("First things first\nSecond\na");

        var commit = lib.run("git rev-parse --short=10 v1^{}");
        assertThat(coil("show", "latest").out()).contains("\nwith " + commit + " of ../lib at v1\n");
        lib.run("rm -rf ../lib ../served.git");
        assertThat(coil("retry", "latest", "t").code()).isZero();
        assertThat(coil("watch", "latest").code()).isZero();
        assertThat(coil("log", "latest", "t").out()).contains("Second");
        assertThat(refused("further")).contains("there is no repository at", "whole URL");
    }

    @Test
    void shouldSayWhatSshSaysOfARepositoryThatCannotBeReached() {
        graph(repository("afar"), "checkout: {repository: 'ssh://127.0.0.1:1/far'}\nrun: ls");

        assertThat(refused("afar"))
                .contains("cannot look up the default branch in ssh://127.0.0.1:1/far: ssh: connect to host 127.0.0.1");
    }

    @Test
    void shouldCheckOutTheProjectElsewhereOrNotAtAll() {
        repository("beside");
        graph(
                repository("elsewhere"),
                "checkout: {path: src/main}\nrun: ls -A; ls src/main; git -C src/main status --short");
        graph(repository("without"), "checkout: [false, {repository: ../beside, path: .}]\nrun: git log --format=%s");

        assertThat(seen("elsewhere")).isEqualTo("src\na.txt");
        assertThat(seen("without")).isEqualTo("First things first");
    }

    @Test
    void shouldNotCheckOutOverWhatTheProjectHas() {
        repository("over");
        graph(repository("clash"), "checkout: {repository: ../over, path: a.txt}\nrun: ls");

        var result = coil("run", "clash");

        assertThat(result.code()).isEqualTo(ExitCodes.TASK_FAILED);
        assertThat(coil("log", "latest", "t").out()).contains("there is something at 'a.txt' already");
    }

    @Test
    void shouldLetATaskStartInATreeWithFurtherRepositories() {
        repository("treelib");
        repository("tree").run("""
                cat > .coil.yml <<'END'
                tasks:
                  b: {checkout: {repository: ../treelib}, run: "touch built"}
                  t: {from: b, run: "ls; git -C treelib log --format=%s"}
                END
                git commit -q -a -m Graph""");

        assertThat(seen("tree")).isEqualTo("a.txt\nbuilt\ntreelib\nFirst things first");
    }

    @Test
    void shouldPutTheContentOfLargeFilesWhereTheirPointersLie() throws Exception {
        var large = repository("large");
        large.run("""
                echo '*.bin filter=lfs diff=lfs merge=lfs -text' > .gitattributes
                seq 1000 > ../content; h=$(sha256sum ../content | cut -d' ' -f1); mkdir d
                printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:%s\\nsize 3893\\n' $h > d/x.bin
                chmod +x d/x.bin; echo no pointer > y.bin""");
        graph(
                large,
                "checkout: {lfs: true}\nrun: sha256sum < d/x.bin; test -x d/x.bin; cat y.bin; GIT_CONFIG_NOSYSTEM=1 git status --short");

        assertThat(refused("large")).contains("content of d/x.bin is not on this machine", "git lfs fetch");

        large.run(
                "h=$(sha256sum ../content | cut -d' ' -f1); o=.git/lfs/objects/$(echo $h | cut -c1-2)/$(echo $h | cut -c3-4);"
                        + " mkdir -p $o; cp ../content $o/$h");
        assertThat(seen("large")).isEqualTo(large.run("sha256sum < ../content") + "\nno pointer");
    }

    @Test
    void shouldLeavePointersAndSayWhatTheyAreUnlessAsked() {
        var large = repository("pointers");
        large.run("echo '*.bin filter=lfs' > .gitattributes");
        graph(large, "run: 'true'");

        coil("run", "pointers");

        assertThat(coil("log", "latest", "t").out()).contains("'checkout: {lfs: true}' brings the content");
    }

    @Test
    void shouldUploadOnlyWhatIsNew() throws Exception {
        var project = repository("growing");
        project.run("head -c 3000000 /dev/urandom > noise");
        graph(project, "run: 'true'");
        seen("growing");
        long before = size(nodeHome);
        project.run("echo more > a.txt; git commit -q -a -m More");

        seen("growing");

        assertThat(size(nodeHome) - before).isLessThan(1_000_000);
    }

    private static long size(Path home) throws Exception {
        try (var files = Files.walk(home)) {
            return files.filter(file -> file.toString().endsWith(".pack"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void shouldCarryManyFiles() {
        var many = repository("many");
        many.run("for d in $(seq 50); do mkdir d$d; for f in $(seq 100); do echo $d $f > d$d/f$f; done; done");
        graph(many, "run: git ls-files | wc -l; git status --short; cat d50/f100");

        assertThat(seen("many")).isEqualTo("5002\n50 100");
    }
}
