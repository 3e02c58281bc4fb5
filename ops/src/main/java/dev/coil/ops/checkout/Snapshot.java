package dev.coil.ops.checkout;

import dev.coil.ops.files.Temporary;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A commit made of files as they lie on the disk. Its objects and its index are in a temporary directory: the user's
 * repository is not touched. The same files on the same commit make the same object id.
 */
final class Snapshot implements AutoCloseable {

    private static final String AUTHOR = "Coil";
    private static final String EMAIL = "coil@localhost";
    private static final String NO_TIME = "946684800";

    private final Temporary temporary;
    private final Git git;
    private final String commit;
    private final String subject;
    private final List<String> leftOut;

    private Snapshot(Temporary temporary, Git git, String commit, String subject, List<String> leftOut) {
        this.temporary = temporary;
        this.git = git;
        this.commit = commit;
        this.subject = subject;
        this.leftOut = leftOut;
    }

    /** Of a directory without git, or of one that its repository does not know. Files that a {@code .gitignore} in it names are left out. */
    static Snapshot ofDirectory(Path directory) {
        var temporary = temporary();
        var path = temporary.path();
        try {
            new Git(path).need("init", "--quiet", "--bare", "--template=", path.toString());
            var git =
                    new Git(directory).with(Map.of("GIT_DIR", path.toString(), "GIT_WORK_TREE", directory.toString()));
            addAll(git, directory, "-c", "core.autocrlf=false", "-c", "advice.addEmbeddedRepo=false");
            var subject = "Snapshot of " + directory.getFileName();
            return new Snapshot(temporary, git, commit(git, List.of(), subject, NO_TIME), subject, foreign(git));
        } catch (RuntimeException e) {
            temporary.close();
            throw e;
        }
    }

    /**
     * Of a working tree with its uncommitted changes and untracked files.
     *
     * @param head what it is a child of; {@code null} before the first commit
     */
    static Snapshot ofWorkingTree(Repository repository, Repository.@Nullable Commit head) {
        var temporary = temporary();
        try {
            var git = repository.git().with(environment(repository.git(), temporary.path()));
            addAll(git, repository.git().directory(), "-c", "advice.addEmbeddedRepo=false");
            var subject =
                    head == null ? "Snapshot before the first commit" : head.subject() + " (with uncommitted changes)";
            var parents = head == null ? List.<String>of() : List.of(head.id());
            var time = head == null ? NO_TIME : head.time();
            return new Snapshot(temporary, git, commit(git, parents, subject, time), subject, List.of());
        } catch (RuntimeException e) {
            temporary.close();
            throw e;
        }
    }

    private static void addAll(Git git, Path directory, String... settings) {
        var arguments = new ArrayList<>(List.of(settings));
        arguments.addAll(List.of("add", "-A"));
        var added = git.run(arguments.toArray(String[]::new));
        if (!added.succeeded() && added.complaint().contains("Permission denied")) {
            throw new NoCheckout("a file in " + directory + " cannot be read: " + added.complaint()
                    + ". Make it readable, or leave it out with a .gitignore");
        }
        if (!added.succeeded()) {
            throw added.failure("git add failed in " + directory);
        }
    }

    private static Map<String, String> environment(Git git, Path temporary) {
        var objects = git.need("rev-parse", "--git-path", "objects").text();
        var index = git.need("rev-parse", "--git-path", "index").text();
        var top = Path.of(git.need("rev-parse", "--show-toplevel").text());
        try {
            if (Files.exists(top.resolve(index))) {
                // It knows which files are unchanged, so that they are not read again.
                Files.copy(top.resolve(index), temporary.resolve("index"));
            }
            Files.createDirectories(temporary.resolve("objects"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Map.of(
                "GIT_INDEX_FILE", temporary.resolve("index").toString(),
                "GIT_OBJECT_DIRECTORY", temporary.resolve("objects").toString(),
                "GIT_ALTERNATE_OBJECT_DIRECTORIES", top.resolve(objects).toString());
    }

    private static String commit(Git git, List<String> parents, String subject, String time) {
        var tree = git.need("write-tree").text();
        var identity = new HashMap<String, String>();
        for (var role : List.of("AUTHOR", "COMMITTER")) {
            identity.put("GIT_" + role + "_NAME", AUTHOR);
            identity.put("GIT_" + role + "_EMAIL", EMAIL);
            identity.put("GIT_" + role + "_DATE", '@' + time + " +0000");
        }
        var arguments = new ArrayList<>(List.of("-c", "commit.gpgSign=false", "commit-tree", tree, "-m", subject));
        parents.forEach(parent -> arguments.addAll(List.of("-p", parent)));
        return git.with(identity).need(arguments.toArray(String[]::new)).text();
    }

    /** Repositories inside the directory: a snapshot can name their commits, but does not have them. */
    private static List<String> foreign(Git git) {
        return git.need("ls-files", "-s", "-z").parts().stream()
                .filter(entry -> entry.startsWith("160000 "))
                .map(entry -> entry.substring(entry.indexOf('\t') + 1))
                .toList();
    }

    /** A git in which the commit is visible. */
    Git git() {
        return git;
    }

    String commit() {
        return commit;
    }

    /** The first line of the commit's message. */
    String subject() {
        return subject;
    }

    /** Directories whose content is not in the snapshot, because they are git repositories of their own. */
    List<String> leftOut() {
        return leftOut;
    }

    private static Temporary temporary() {
        try {
            return Temporary.directory("coil-snapshot");
        } catch (IOException e) {
            throw new NoCheckout("cannot make a temporary directory for a snapshot: " + Reason.of(e));
        }
    }

    @Override
    public void close() {
        temporary.close();
    }
}
