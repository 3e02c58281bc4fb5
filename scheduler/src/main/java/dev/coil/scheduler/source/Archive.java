package dev.coil.scheduler.source;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import dev.coil.protocol.source.SourceKind;
import dev.coil.scheduler.http.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * The files of a commit, for machines without git: what a checkout makes, as a {@code .tar.gz}.
 *
 * @param submodules which are filled in; the others are empty directories
 */
record Archive(String project, String commit, Submodules submodules) implements Conversation {

    private static final Duration SHORT = Duration.ofMinutes(2);
    private static final String GITLINK = "160000 ";
    private static final int DEEPEST = 20;

    /** What an archive is for others than those who check out: nothing is left out, and no text is filled in. */
    private static final String ATTRIBUTES = "* -export-ignore -export-subst\n";

    /** Which submodules are in it. */
    enum Submodules {
        NONE,
        DIRECT,
        RECURSIVE
    }

    @Override
    public Duration patience() {
        return Duration.ZERO;
    }

    @Override
    public String preface() {
        return "";
    }

    @Override
    public MediaType type() {
        return MediaType.create("application", "gzip");
    }

    @Override
    public String toString() {
        return "an archive of " + commit + " of " + project;
    }

    /**
     * Prepares the program that writes it.
     *
     * @throws Refused with 404 if no repository of the project has the commit
     */
    ProcessBuilder command(SourceStore store) throws IOException {
        for (var kind : SourceKind.having(commit)) {
            store.bring(project, kind);
            var repository = store.find(project, kind).orElse(null);
            if (repository != null && store.hasCommit(repository, commit)) {
                var attributes = repository.resolve("info/attributes");
                if (!Files.exists(attributes)) {
                    Files.createDirectories(repository.resolve("info"));
                    Files.writeString(attributes, ATTRIBUTES);
                }
                var tree = submodules == Submodules.NONE ? commit : new Assembly(store.git(), repository).tree();
                return store.git().command(repository, List.of("archive", "--format=tar.gz", tree));
            }
        }
        throw new Refused(HttpStatus.NOT_FOUND, "there is no commit " + commit + " of " + project + " here");
    }

    /** Puts the files of submodules, whose commits are in the project's repository as well, where their links are. */
    private final class Assembly {
        private final GitProgram git;
        private final Path repository;

        Assembly(GitProgram git, Path repository) {
            this.git = git;
            this.repository = repository;
        }

        /** Some of git's commands want a work tree, though they leave it alone. */
        String tree() throws IOException {
            var workTree = Files.createTempDirectory("coil-archive-");
            var index = workTree.resolve("index");
            try {
                run(index, "", "read-tree", commit);
                fill(index, DEEPEST);
                return run(index, "", "write-tree").strip();
            } finally {
                SourceStore.deleteTree(workTree);
            }
        }

        private void fill(Path index, int depth) throws IOException {
            var links = links(index);
            for (var link : links) {
                // A commit that was not submitted stays an empty directory.
                if (git.run(repository, SHORT, "", "cat-file", "-e", link.commit() + "^{commit}")
                                .exitCode()
                        == 0) {
                    run(
                            index,
                            "0 " + "0".repeat(link.commit().length()) + "\t" + link.path() + "\n",
                            "update-index",
                            "--index-info");
                    run(index, "", "read-tree", "--prefix=" + link.path() + "/", link.commit());
                }
            }
            if (submodules == Submodules.RECURSIVE && depth > 0 && !links.isEmpty() && !links.equals(links(index))) {
                fill(index, depth - 1);
            }
        }

        private record Link(String commit, String path) {}

        private List<Link> links(Path index) throws IOException {
            var links = new ArrayList<Link>();
            for (var entry : run(index, "", "ls-files", "-s", "-z").split("\0")) {
                if (entry.startsWith(GITLINK)) {
                    int end = entry.indexOf(' ', GITLINK.length());
                    links.add(
                            new Link(entry.substring(GITLINK.length(), end), entry.substring(entry.indexOf('\t') + 1)));
                }
            }
            return links;
        }

        private String run(Path index, String input, String... arguments) throws IOException {
            var workTree = Objects.requireNonNull(index.getParent());
            var variables = Map.of(
                    "GIT_DIR", repository.toAbsolutePath().toString(),
                    "GIT_WORK_TREE", workTree.toString(),
                    "GIT_INDEX_FILE", index.toString());
            var result = git.run(workTree, SHORT, input, variables, arguments);
            if (result.exitCode() != 0) {
                throw new IOException("git cannot put " + commit + " together: "
                        + result.output().strip());
            }
            return result.output();
        }
    }

    /** @throws Refused with 400 if the text is none of them */
    static Submodules submodules(String text) {
        for (var some : Submodules.values()) {
            if (some.name().equalsIgnoreCase(text)) {
                return some;
            }
        }
        throw Refused.badRequest("parameter 'submodules': '" + text + "': expected none, direct or recursive");
    }
}
