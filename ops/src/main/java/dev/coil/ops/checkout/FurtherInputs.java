package dev.coil.ops.checkout;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings to a node what tasks check out beside the commit itself: further repositories, submodules, large files. */
final class FurtherInputs implements AutoCloseable {

    private final Path top;
    private final @Nullable Held own;
    private final Collection<Action.Checkout> wanted;
    private final NodeSources node;
    private final BlobSink blobs;
    private final Map<Name, Held> others = new LinkedHashMap<>();
    private final List<RemoteRepository> remotes = new ArrayList<>();

    /** A commit, and where its objects are. */
    record Held(String commit, Origin origin) {}

    private record Name(String repository, String ref) {}

    /**
     * @param top what paths of repositories are relative to
     * @param own the run's own commit; {@code null} if it has none
     * @param wanted what the run's tasks check out
     */
    FurtherInputs(Path top, @Nullable Held own, Collection<Action.Checkout> wanted, NodeSources node, BlobSink blobs) {
        this.wanted = wanted;
        this.top = top;
        this.own = own;
        this.node = node;
        this.blobs = blobs;
    }

    /** Returns the commits of further repositories, each name looked up once. */
    List<Source.Input> bring() {
        for (var checkout : wanted) {
            var held = checkout.isOwn() ? own : further(checkout);
            if (held == null) {
                continue;
            }
            if (checkout.submodules() != Action.Submodules.NONE) {
                new Submodules(node)
                        .bring(held.origin(), held.commit(), checkout.submodules() == Action.Submodules.RECURSIVE);
            }
            if (checkout.lfs()) {
                new LargeFiles(blobs).bring(held.origin().git(), held.commit());
            }
        }
        return others.entrySet().stream()
                .map(e -> new Source.Input(
                        e.getKey().repository(), e.getKey().ref(), e.getValue().commit()))
                .toList();
    }

    private Held further(Action.Checkout checkout) {
        var name = new Name(String.valueOf(checkout.repository()), checkout.ref());
        var held = others.get(name);
        if (held == null) {
            held = isUrl(name.repository()) ? remote(name, needsObjects(name)) : local(name);
            others.put(name, held);
        }
        return held;
    }

    /** Whether more than the commit itself is wanted of a repository, so that it must be looked into. */
    private boolean needsObjects(Name name) {
        return wanted.stream()
                .filter(checkout -> name.equals(new Name(String.valueOf(checkout.repository()), checkout.ref())))
                .anyMatch(checkout -> checkout.lfs() || checkout.submodules() != Action.Submodules.NONE);
    }

    /** As git tells them apart: a URL has a scheme, or a colon before the first slash. */
    private static boolean isUrl(String repository) {
        return repository.matches("[A-Za-z][A-Za-z0-9+.-]*://.*|[^/]+:.*");
    }

    private Held remote(Name name, boolean needed) {
        var remote = RemoteRepository.at(name.repository(), false);
        remotes.add(remote);
        var commit = remote.resolve(name.ref());
        if (needed || !node.has(new Git(top), commit)) {
            remote.fetch(commit);
            node.push(remote.origin().git(), commit);
        }
        return new Held(commit, remote.origin());
    }

    private Held local(Name name) {
        var directory = top.resolve(name.repository()).normalize();
        var repository = Files.isDirectory(directory) ? Repository.find(directory) : null;
        if (repository == null) {
            throw new NoCheckout("checkout: there is no repository at " + directory + " ('" + name.repository()
                    + "' seen from " + top + "); of one elsewhere give the whole URL, such as https://host/"
                    + name.repository().replaceAll("^[./]+", "") + ".git");
        }
        var commit = repository.commit(name.ref().isEmpty() ? "HEAD" : name.ref());
        if (commit == null) {
            throw new NoCheckout("checkout: there is no "
                    + (name.ref().isEmpty() ? "commit yet" : "branch, tag or commit '" + name.ref() + "'") + " in "
                    + directory);
        }
        node.push(repository.git(), commit.id());
        return new Held(commit.id(), Origin.at(repository, repository.git()));
    }

    @Override
    public void close() {
        remotes.forEach(RemoteRepository::close);
    }
}
