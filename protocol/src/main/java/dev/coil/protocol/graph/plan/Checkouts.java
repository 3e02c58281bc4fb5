package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.parse.CheckoutDefinition;
import dev.coil.protocol.graph.parse.Problems;
import dev.coil.protocol.graph.parse.Template;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/** Makes an instance's checkouts of what its task says. */
final class Checkouts {

    private static final Pattern URL = Pattern.compile("(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://(?<authority>[^/]*).*");
    private static final Set<String> SCHEMES = Set.of("https", "http", "ssh", "git", "file");

    /** No option of git's, no range, and no path in a commit; that the name is one, git checks. */
    private static final Pattern REF = Pattern.compile("[^-\\s~^:?*\\[\\\\\\p{Cntrl}][^\\s~^:?*\\[\\\\\\p{Cntrl}]*");

    private final Problems problems;
    private final Paths paths;

    /** Checks a path of the graph. */
    @FunctionalInterface
    interface Paths {
        String path(Template template, Map<String, String> matrix);
    }

    Checkouts(Problems problems, Paths paths) {
        this.problems = problems;
        this.paths = paths;
    }

    /** In the order in which they are made. */
    List<Action.Checkout> of(CheckoutDefinition definition, Map<String, String> matrix) {
        var checkouts = new ArrayList<Action.Checkout>();
        var taken = new HashSet<String>();
        for (var wanted : definition.repositories()) {
            var checkout = checkout(wanted, matrix);
            if (!taken.add(checkout.path())) {
                problems.add(
                        wanted.path() == null ? wanted.at() : wanted.path().at(),
                        "two repositories are checked out to '"
                                + (checkout.path().isEmpty() ? "." : checkout.path()) + "'",
                        "give one of them another 'path'");
            }
            checkouts.add(checkout);
        }
        return checkouts;
    }

    private Action.Checkout checkout(CheckoutDefinition.Repository wanted, Map<String, String> matrix) {
        var repository = wanted.repository();
        if (repository == null) {
            var path = wanted.path() == null ? "" : path(wanted.path(), matrix);
            return new Action.Checkout(null, "", path, wanted.submodules(), wanted.lfs());
        }
        var from = repository.text(matrix).strip();
        checkRepository(repository, from);
        var ref = wanted.ref() == null ? "" : ref(wanted.ref(), matrix);
        return new Action.Checkout(from, ref, path(wanted, from, matrix), wanted.submodules(), wanted.lfs());
    }

    private String path(CheckoutDefinition.Repository wanted, String from, Map<String, String> matrix) {
        if (wanted.path() != null) {
            return path(wanted.path(), matrix);
        }
        var name = from.replaceAll("[/\\\\]+$", "").replaceAll("/?\\.git$", "");
        name = name.substring(Math.max(name.lastIndexOf('/'), name.lastIndexOf(':')) + 1);
        if (name.isEmpty() || name.equals(".") || name.equals("..")) {
            problems.add(wanted.at(), "this checkout needs the key 'path': where its repository is checked out to");
        }
        return name;
    }

    private String path(Template template, Map<String, String> matrix) {
        var path = paths.path(template, matrix);
        var parts = new ArrayList<>(List.of(path.split("/+")));
        parts.removeIf(part -> part.isEmpty() || part.equals("."));
        if (parts.contains(".git")) {
            problems.add(template.at(), "the path '" + path + "' leads into git's own directory", "take another one");
        }
        return String.join("/", parts);
    }

    private void checkRepository(Template template, String repository) {
        var url = URL.matcher(repository);
        if (url.matches()) {
            checkUrl(template, url.group("scheme"), url.group("authority"));
        } else if (repository.isEmpty()
                || repository.startsWith("-")
                || repository.contains("::")
                || repository.chars().anyMatch(Character::isISOControl)) {
            problems.add(template.at(), "expected the URL of a repository, or its path from this one's top");
        } else if (repository.startsWith("/")) {
            problems.add(
                    template.at(),
                    "expected the URL of a repository, or its path from this one's top, got '" + repository + "'",
                    "write file://" + repository);
        }
    }

    /** What is wrong with a URL is said without it: the secret must not be in a message either. */
    private void checkUrl(Template template, String scheme, String authority) {
        if (!SCHEMES.contains(scheme)) {
            problems.add(
                    template.at(), "expected a repository's URL with https, ssh, git, http or file, got " + scheme);
        }
        int at = authority.lastIndexOf('@');
        var user = authority.substring(0, Math.max(0, at));
        if (at >= 0 && (scheme.startsWith("http") || user.contains(":"))) {
            problems.add(
                    template.at(),
                    "a repository's URL must hold no user name and no password: many can read graphs and runs",
                    "leave them out; git on the machine that submits finds them by its credential helper or ssh key");
        }
    }

    private String ref(Template template, Map<String, String> matrix) {
        var ref = template.text(matrix).strip();
        if (!REF.matcher(ref).matches() || ref.contains("..")) {
            problems.add(template.at(), "expected a branch, tag or commit, got '" + ref + "'");
        }
        return ref;
    }
}
