package dev.coil.ops.checkout;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Brings the commits of submodules to a node: from this machine where they are here, else from where they are published. */
final class Submodules {

    private static final int DEEPEST = 20;

    private final NodeSources node;

    Submodules(NodeSources node) {
        this.node = node;
    }

    /** What a commit says of a submodule, by path. */
    private record Link(String path, String commit) {}

    private record Declared(String name, @Nullable String url) {}

    /**
     * Brings those of a commit.
     *
     * @param recursive whether theirs are brought as well
     */
    void bring(Origin origin, String commit, boolean recursive) {
        bring(origin, commit, recursive, "", 0);
    }

    private void bring(Origin origin, String commit, boolean recursive, String above, int depth) {
        if (depth == DEEPEST) {
            throw new NoCheckout("submodules are nested more than " + DEEPEST + " deep at " + above);
        }
        var links = links(origin.git(), commit);
        if (links.isEmpty()) {
            return;
        }
        var declared = declared(origin.git(), commit);
        for (var link : links) {
            bring(origin, link, declared.get(link.path()), recursive, above + link.path(), depth);
        }
    }

    private void bring(
            Origin origin, Link link, @Nullable Declared declared, boolean recursive, String path, int depth) {
        var here = here(origin, link, declared);
        if (here != null) {
            node.push(here.git(), link.commit());
            if (recursive) {
                bring(here, link.commit(), true, path + '/', depth + 1);
            }
            return;
        }
        if (declared == null || declared.url() == null) {
            throw new NoCheckout("the submodule " + path + " is not on this machine, and .gitmodules does not say where"
                    + " it is: 'git submodule update --init' in it, or correct .gitmodules");
        }
        if (!recursive && node.has(origin.git(), link.commit())) {
            return;
        }
        var url = SubmoduleUrl.resolve(origin.url(), declared.url());
        // A relative one is as good as the URL it is relative to, which the user chose.
        try (var remote = RemoteRepository.at(url, !SubmoduleUrl.isRelative(declared.url()))) {
            remote.fetch(link.commit());
            node.push(remote.origin().git(), link.commit());
            if (recursive) {
                bring(remote.origin(), link.commit(), true, path + '/', depth + 1);
            }
        } catch (GitFailed | NoCheckout e) {
            throw new NoCheckout("the submodule " + path + " is not on this machine, and not to be had: "
                    + e.getMessage() + "; 'git submodule update --init --recursive' shows whether git can get it");
        }
    }

    /** The name stands in some repository's content, and is a path below git's own directory. */
    private static boolean isPlain(String name) {
        return !name.startsWith("/") && !("/" + name + "/").contains("/../");
    }

    private static List<Link> links(Git git, String commit) {
        var links = new ArrayList<Link>();
        for (var entry : git.need("ls-tree", "-r", "-z", "--full-tree", commit).parts()) {
            if (entry.startsWith("160000 ")) {
                int tab = entry.indexOf('\t');
                links.add(new Link(entry.substring(tab + 1), entry.substring("160000 commit ".length(), tab)));
            }
        }
        return links;
    }

    private static Map<String, Declared> declared(Git git, String commit) {
        var names = new HashMap<String, String>();
        var urls = new HashMap<String, String>();
        var settings = git.run(
                "config", "--blob", commit + ":.gitmodules", "-z", "--get-regexp", "^submodule\\..*\\.(path|url)$");
        for (var setting : new String(settings.stdout(), StandardCharsets.UTF_8).split("\0")) {
            int line = setting.indexOf('\n');
            int dot = setting.lastIndexOf('.', line < 0 ? 0 : line);
            if (dot > 0) {
                var name = setting.substring("submodule.".length(), dot);
                var value = setting.substring(line + 1);
                if (setting.startsWith("path", dot + 1)) {
                    names.put(value, name);
                } else {
                    urls.put(name, value);
                }
            }
        }
        var declared = new HashMap<String, Declared>();
        names.forEach((path, name) -> declared.put(path, new Declared(name, urls.get(name))));
        return declared;
    }

    /** The submodule's repository on this machine, if it has the commit: in the work tree, or where git keeps it when it is not there. */
    private static @Nullable Origin here(Origin origin, Link link, @Nullable Declared declared) {
        var places = new ArrayList<Path>();
        if (origin.worktree() != null) {
            places.add(origin.worktree().resolve(link.path()));
        }
        if (declared != null && isPlain(declared.name())) {
            places.add(Path.of(origin.git()
                            .need("rev-parse", "--path-format=absolute", "--git-common-dir")
                            .text())
                    .resolve("modules")
                    .resolve(declared.name()));
        }
        for (var place : places) {
            boolean own = Files.exists(place.resolve(".git")) || Files.isRegularFile(place.resolve("HEAD"));
            var git = new Git(place);
            if (own && git.run("cat-file", "-e", link.commit() + "^{commit}").succeeded()) {
                var repository = Repository.find(place);
                return repository == null ? null : Origin.at(repository, git);
            }
        }
        return null;
    }
}
