package dev.coil.ops.checkout;

import dev.coil.ops.checkout.Checkout.Content;
import dev.coil.ops.checkout.Checkout.Place;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what a path stands for. */
final class CheckoutFinder {

    private static final String HEAD = "HEAD";
    private static final int NAMED_CHANGES = 5;

    private final Wanted wanted;
    private final Path path;
    private final Repository repository;
    private final List<String> notices = new ArrayList<>();

    private CheckoutFinder(Wanted wanted, Path path, Repository repository) {
        this.wanted = wanted;
        this.path = path;
        this.repository = repository;
    }

    static Checkout find(Wanted wanted) {
        var path = wanted.path().toAbsolutePath().normalize();
        if (!Files.isDirectory(path)) {
            throw notADirectory(wanted.path(), path);
        }
        var repository = Repository.find(path);
        return repository == null ? ofDirectory(wanted, path) : new CheckoutFinder(wanted, path, repository).find();
    }

    private static Checkout ofDirectory(Wanted wanted, Path path) {
        if (wanted.revision() != null) {
            throw new NoCheckout(path + " is not a git repository, so there is no '" + wanted.revision() + "' in it");
        }
        if (wanted.graph() == null && !isThere(path.resolve(GraphText.FILE))) {
            throw noGraph(path);
        }
        return new Checkout(
                new Place(path, null, null, "", ""), Content.DIRECTORY, graphOnDisk(wanted, path), List.of());
    }

    private Checkout find() {
        var revision = revision();
        boolean head = revision.equals(HEAD);
        var commit = repository.commit(revision);
        if (commit == null && !head) {
            throw new NoCheckout("there is no branch, tag or commit '" + revision + "' in " + path);
        }
        var content = commit == null || wanted.dirty() && head && repository.top() != null
                ? Content.WORKING_TREE
                : Content.COMMIT;
        var directory = wanted.graph() == null ? graphDirectory(commit, head) : repository.prefix();
        var root = repository.top() == null ? path : repository.top().resolve(directory);
        if (isUnknown(directory, commit, content)) {
            return new Checkout(
                    new Place(root, repository, null, "", ""), Content.DIRECTORY, graphOnDisk(wanted, root), notices);
        }
        var graph = graph(root, directory, content == Content.COMMIT ? commit : null);
        if (content == Content.COMMIT && head) {
            warnOfChanges(graphIn(directory));
        }
        return new Checkout(new Place(root, repository, commit, ref(revision), directory), content, graph, notices);
    }

    private String revision() {
        var revision = wanted.revision();
        if (revision == null) {
            return HEAD;
        }
        // The clone of a continuous integration often lacks the name of what it has checked out.
        return revision.startsWith("refs/") && repository.commit(revision) == null ? HEAD : revision;
    }

    private String ref(String revision) {
        var name = wanted.revision();
        return name != null && !name.equals(revision) ? name : repository.fullName(revision);
    }

    /** The nearest directory with a graph file, from the path upwards. */
    private String graphDirectory(Repository.@Nullable Commit commit, boolean head) {
        var directories = new ArrayList<String>();
        for (var d = repository.prefix(); !d.isEmpty(); d = d.substring(0, Math.max(0, d.lastIndexOf('/')))) {
            directories.add(d);
        }
        directories.add("");
        var files = directories.stream().map(CheckoutFinder::graphIn).toList();
        var committed = commit == null ? Set.<String>of() : repository.among(commit.id(), files);
        for (var d : directories) {
            if (committed.contains(graphIn(d)) || head && isOnDisk(graphIn(d))) {
                return d;
            }
        }
        throw noGraph(path);
    }

    private boolean isOnDisk(String file) {
        return repository.top() != null && isThere(repository.top().resolve(file));
    }

    /** Whether something has that name, be it what it may: reading it says what is wrong with it. */
    private static boolean isThere(Path file) {
        return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
    }

    /** Whether a checkout of the content would not have the directory. */
    private boolean isUnknown(String directory, Repository.@Nullable Commit commit, Content content) {
        if (directory.isEmpty()) {
            return false;
        }
        if (commit != null && !repository.among(commit.id(), List.of(directory)).isEmpty()) {
            return false;
        }
        return content == Content.COMMIT || repository.ignores(directory);
    }

    /** @param commit what the graph is to be taken from; {@code null} for the disk */
    private GraphText graph(Path root, String directory, Repository.@Nullable Commit commit) {
        var file = graphIn(directory);
        if (wanted.graph() != null || commit == null) {
            return graphOnDisk(wanted, root);
        }
        if (repository.among(commit.id(), List.of(file)).isEmpty()) {
            notices.add(file + " is not committed yet: it is used as it lies there");
            return graphOnDisk(wanted, root);
        }
        var content = repository.fileAt(commit.id(), file);
        if (content == null) {
            throw GraphText.unreadable(file, "in commit " + commit.id() + " it is a directory", "commit a file");
        }
        return GraphText.of(root.resolve(GraphText.FILE), content);
    }

    /** The graph file has words of its own: not committed yet it is used all the same, and a changed one is easily taken for used. */
    private void warnOfChanges(String graphFile) {
        var changes = new ArrayList<>(repository.changes());
        if (changes.remove(graphFile) && wanted.graph() == null && notices.isEmpty()) {
            notices.add(
                    graphFile + " differs from the commit: the graph of the commit is used (--dirty takes this one)");
        }
        if (changes.isEmpty()) {
            return;
        }
        var named = String.join(", ", changes.subList(0, Math.min(NAMED_CHANGES, changes.size())));
        var rest = changes.size() > NAMED_CHANGES ? " and " + (changes.size() - NAMED_CHANGES) + " more" : "";
        notices.add("uncommitted changes are left out: " + named + rest + " (--dirty includes them)");
    }

    private static String graphIn(String directory) {
        return directory.isEmpty() ? GraphText.FILE : directory + '/' + GraphText.FILE;
    }

    private static GraphText graphOnDisk(Wanted wanted, Path root) {
        return wanted.graph() != null ? wanted.graph() : GraphText.read(root.resolve(GraphText.FILE));
    }

    private static NoCheckout notADirectory(Path given, Path path) {
        return new NoCheckout(
                Files.exists(path)
                        ? "'" + given + "' is a file, and a repository is a directory (name a graph file with -f "
                                + given + ")"
                        : "there is no directory '" + given + "' (check the name, or leave it out for where you are)");
    }

    private static NoCheckout noGraph(Path path) {
        return new NoCheckout("there is no " + GraphText.FILE + " in " + path + "; 'coil init' writes a first one");
    }
}
