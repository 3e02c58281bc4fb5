package dev.coil.ops.checkout;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A git repository as seen from a directory in it. */
final class Repository {

    private final Git git;
    private final @Nullable Path top;
    private final String prefix;
    private final Path commonDirectory;

    private Repository(Git git, @Nullable Path top, String prefix, Path commonDirectory) {
        this.git = git;
        this.top = top;
        this.prefix = prefix;
        this.commonDirectory = commonDirectory;
    }

    /**
     * The repository that a directory belongs to.
     *
     * @return {@code null} if it belongs to none
     * @throws GitFailed if git cannot tell, or refuses to look at it
     */
    static @Nullable Repository find(Path directory) {
        var git = new Git(directory);
        var answer = git.run("rev-parse", "--is-inside-work-tree", "--git-common-dir");
        if (!answer.succeeded()) {
            if (answer.stderr().contains("not a git repository")) {
                return null;
            }
            throw answer.failure("git does not read the repository at " + directory, remedy(answer.stderr()));
        }
        var lines = answer.text().lines().toList();
        var common = directory.resolve(lines.get(1)).normalize();
        if (lines.get(0).equals("false")) {
            return new Repository(git, null, "", common);
        }
        var top = Path.of(git.need("rev-parse", "--show-toplevel").text());
        var prefix = git.need("rev-parse", "--show-prefix").text();
        return new Repository(
                new Git(top), top, prefix.endsWith("/") ? prefix.substring(0, prefix.length() - 1) : prefix, common);
    }

    /** What git itself advises to those who trust a repository of somebody else's. */
    private static String remedy(String stderr) {
        return stderr.lines()
                .map(String::strip)
                .filter(line -> line.startsWith("git config ") && line.contains("safe.directory"))
                .findFirst()
                .map(command -> ", as it belongs to another user. If you trust it: " + command)
                .orElse("");
    }

    Git git() {
        return git;
    }

    /** The top of the working tree; {@code null} for a bare repository. */
    @Nullable
    Path top() {
        return top;
    }

    /** Git's own directory, which its worktrees share. */
    Path directory() {
        return commonDirectory;
    }

    /** The directory that it is seen from, relative to its top; empty for the top itself. */
    String prefix() {
        return prefix;
    }

    /** Its name: that of the remote it came from, or else of the directory that holds it, whatever worktree this is. */
    String name() {
        var origin = git.run("config", "--get", "remote.origin.url");
        if (origin.succeeded() && !origin.text().isBlank()) {
            return ProjectName.ofUrl(origin.text());
        }
        var directory = commonDirectory.endsWith(".git") ? commonDirectory.getParent() : commonDirectory;
        return ProjectName.ofUrl(directory == null ? "" : directory.toString());
    }

    /**
     * @param id the full object id
     * @param subject the first line of its message
     * @param time when it was committed, in seconds since the epoch
     */
    record Commit(String id, String subject, String time) {}

    /** @return {@code null} if the name is of no commit here, as {@code HEAD} is not before the first one */
    @Nullable
    Commit commit(String revision) {
        var found = git.run("log", "-1", "--no-show-signature", "--format=%H%n%ct%n%s", revision + "^{commit}", "--");
        if (!found.succeeded()) {
            return null;
        }
        var lines = found.text().split("\n", 3);
        return new Commit(lines[0], lines.length > 2 ? lines[2] : "", lines[1]);
    }

    /** The full name of a branch or tag; empty for what is none, such as a detached {@code HEAD}. */
    String fullName(String revision) {
        if (revision.equals("HEAD")) {
            return git.run("symbolic-ref", "-q", "HEAD").text();
        }
        return git.run("rev-parse", "--symbolic-full-name", revision).text();
    }

    List<String> branchesAndTags() {
        return git.need("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags")
                .text()
                .lines()
                .toList();
    }

    /** What differs between HEAD and the working tree, as paths from the top; untracked files are among them. */
    List<String> changes() {
        if (top == null) {
            return List.of();
        }
        var entries = git.need("status", "--porcelain=v1", "-z", "--untracked-files=normal")
                .parts();
        var changed = new ArrayList<String>();
        for (int i = 0; i < entries.size(); i++) {
            var entry = entries.get(i);
            changed.add(entry.substring(3));
            if (entry.charAt(0) == 'R' || entry.charAt(0) == 'C') {
                i++; // the next one is the old name
            }
        }
        return changed;
    }

    /** Those of the paths, from the top, that the commit has. */
    Set<String> among(String commit, List<String> paths) {
        var arguments = new ArrayList<>(List.of("ls-tree", "--full-tree", "--name-only", "-z", commit, "--"));
        arguments.addAll(paths);
        return new HashSet<>(git.need(arguments.toArray(String[]::new)).parts());
    }

    /** A commit's whole message. */
    String message(String commit) {
        return git.need("log", "-1", "--no-show-signature", "--format=%B", commit, "--")
                .text();
    }

    /** The last commit that two have in common; empty if they have none, or one of them is not here. */
    String mergeBase(String one, String other) {
        var base = git.run("merge-base", one, other);
        return base.succeeded() ? base.text() : "";
    }

    /** A file of a commit; {@code null} for what is no file there. */
    byte @Nullable [] fileAt(String commit, String path) {
        var file = git.run("cat-file", "blob", commit + ':' + path);
        return file.succeeded() ? file.stdout() : null;
    }

    boolean ignores(String path) {
        return git.run("check-ignore", "-q", "--", path).succeeded();
    }

    /**
     * What a commit is compared with: where it left the remote's main branch, or, on that itself, its parent.
     *
     * @return empty if there is nothing to compare with, as for a first commit or in a shallow clone
     */
    String baseOf(String commit) {
        var fork = git.run("merge-base", "refs/remotes/origin/HEAD", commit);
        if (fork.succeeded() && !fork.text().equals(commit)) {
            return fork.text();
        }
        var parent = git.run("rev-parse", "-q", "--verify", commit + "^1^{commit}");
        return parent.succeeded() ? parent.text() : "";
    }

    List<String> changedFiles(String base, String commit) {
        return git.need("diff", "--name-only", "--no-renames", "-z", base, commit, "--")
                .parts();
    }
}
