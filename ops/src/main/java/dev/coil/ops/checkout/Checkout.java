package dev.coil.ops.checkout;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a path of the submitter's stands for: a graph file, and the commit that its tasks run on.
 *
 * <pre>
 *   find ──▶ graph ──▶ (the caller plans) ──▶ seal ──▶ source, push
 * </pre>
 *
 * Nothing is copied before {@link #seal}, so that a mistake in the graph is told at once, and tasks that check nothing out
 * cost no snapshot.
 */
public final class Checkout implements AutoCloseable {

    private final Place place;
    private final Content content;
    private final GraphText graph;
    private final List<String> notices;

    private @Nullable Snapshot snapshot;

    /** What the tasks will find in their checkout. */
    enum Content {
        /** The commit as it is. */
        COMMIT,
        /** The repository's working tree. */
        WORKING_TREE,
        /** The files of a directory that no commit has. */
        DIRECTORY
    }

    /**
     * Where the graph file belongs.
     *
     * @param root its directory on the disk, if it is there
     * @param repository {@code null} without git
     * @param commit {@code null} before the first one
     * @param ref the full name of the branch or tag; empty if there is none
     * @param directory the graph's, from the repository's top
     */
    record Place(
            Path root,
            @Nullable Repository repository,
            Repository.@Nullable Commit commit,
            String ref,
            String directory) {}

    Checkout(Place place, Content content, GraphText graph, List<String> notices) {
        this.place = place;
        this.content = content;
        this.graph = graph;
        this.notices = List.copyOf(notices);
    }

    /**
     * Finds what is wanted.
     *
     * @throws NoCheckout if there is no such directory, graph or revision
     * @throws GitFailed if git does not do its part
     */
    public static Checkout find(Wanted wanted) {
        return CheckoutFinder.find(wanted);
    }

    /** What the user should know, a sentence each. */
    public List<String> notices() {
        return notices;
    }

    public GraphText graph() {
        return graph;
    }

    /** The project of a graph that does not name its own. */
    public String project() {
        return place.repository() == null || content == Content.DIRECTORY
                ? ProjectName.ofUrl(place.root().toString())
                : place.repository().name();
    }

    /** The full name of the branch or tag; empty if there is none. */
    public String ref() {
        return place.ref();
    }

    /** The commit that this one is compared with; empty if nothing is known. */
    public String base() {
        return place.repository() == null || place.commit() == null || content == Content.DIRECTORY
                ? ""
                : place.repository().baseOf(place.commit().id());
    }

    /** The files that differ from {@link #base}, as paths from the graph's directory; {@code null} if that is not known. */
    public @Nullable List<String> changedFiles() {
        var base = base();
        var repository = place.repository();
        var commit = place.commit();
        if (repository == null || commit == null || base.isEmpty()) {
            return null;
        }
        var changed = new ArrayList<>(repository.changedFiles(base, commit.id()));
        if (content == Content.WORKING_TREE) {
            changed.addAll(repository.changes());
        }
        var directory = Path.of(place.directory());
        return changed.stream()
                .distinct()
                .map(file -> directory.relativize(Path.of(file)).toString())
                .toList();
    }

    /**
     * Makes the commit, where it is not there yet.
     *
     * @return further notices
     */
    public List<String> seal() {
        var notices = new ArrayList<String>();
        switch (content) {
            case COMMIT -> {}
            case WORKING_TREE -> {
                var repository = place.repository();
                if (snapshot == null && repository != null) {
                    snapshot = Snapshot.ofWorkingTree(repository, place.commit());
                }
                if (place.commit() == null) {
                    notices.add("there is no commit yet: the working tree is run as a snapshot");
                }
            }
            case DIRECTORY -> {
                if (snapshot == null) {
                    snapshot = Snapshot.ofDirectory(place.root());
                }
                notices.add(place.root()
                        + (place.repository() == null
                                ? " is not a git repository"
                                : " is in no commit of its git repository")
                        + ": its files are run as a snapshot");
                snapshot.leftOut()
                        .forEach(nested ->
                                notices.add(nested + " is a git repository of its own and is not in the snapshot"));
            }
        }
        return notices;
    }

    /** What the run is of. A checkout that has no commit and was not sealed gives a source without one. */
    public Source source(String event) {
        return source(event, List.of());
    }

    /** @param inputs the commits of further repositories */
    public Source source(String event, List<Source.Input> inputs) {
        if (snapshot != null) {
            return new Source(
                    snapshot.commit(), place.ref(), event, base(), place.directory(), snapshot.subject(), inputs);
        }
        var commit = content == Content.COMMIT ? place.commit() : null;
        return commit == null
                ? new Source(null, place.ref(), event, "", "", "", inputs)
                : new Source(commit.id(), place.ref(), event, base(), place.directory(), commit.subject(), inputs);
    }

    /** Brings the commit to a node, if there is one. */
    public void push(NodeSources node) {
        var held = held();
        if (held != null) {
            node.push(held.origin().git(), held.commit());
        }
    }

    /**
     * Brings to a node what else tasks check out.
     *
     * @return the commits of further repositories, for {@link #source}
     */
    public List<Source.Input> bring(Collection<Action.Checkout> wanted, NodeSources node, BlobSink blobs) {
        try (var further = new FurtherInputs(top(), held(), wanted, node, blobs)) {
            return further.bring();
        }
    }

    private FurtherInputs.@Nullable Held held() {
        var repository = place.repository();
        if (snapshot != null) {
            var origin = content == Content.DIRECTORY || repository == null
                    ? new Origin(snapshot.git(), place.root(), place.root().toString())
                    : Origin.at(repository, snapshot.git());
            return new FurtherInputs.Held(snapshot.commit(), origin);
        }
        return content == Content.COMMIT && repository != null && place.commit() != null
                ? new FurtherInputs.Held(place.commit().id(), Origin.at(repository, repository.git()))
                : null;
    }

    /** What paths of further repositories are relative to. */
    private Path top() {
        var repository = place.repository();
        if (repository == null || content == Content.DIRECTORY) {
            return place.root();
        }
        return repository.top() == null ? repository.directory() : repository.top();
    }

    @Override
    public void close() {
        if (snapshot != null) {
            snapshot.close();
        }
    }
}
