package dev.coil.ops.checkout;

import dev.coil.ops.files.FileTree;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A repository at a URL, and a temporary one with what is fetched from it. Git uses the credentials of whoever submits. */
final class RemoteRepository implements AutoCloseable {

    /** Longer than any repository takes that still comes. */
    private static final Duration LONGEST = Duration.ofHours(2);

    private static final String[] PATIENCE = {"-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=120"};

    /**
     * Nobody is asked for a password, or whether a host is the right one, neither on the terminal, which belongs to the run's progress, nor in a
     * window. The user's agents and helpers answer, or the fetch fails with what they miss.
     */
    private static final Map<String, String> UNASKED =
            Map.of("GIT_ASKPASS", "", "SSH_ASKPASS", "false", "SSH_ASKPASS_REQUIRE", "force");

    private final String url;
    private final Path directory;
    private final Git git;

    private RemoteRepository(String url, Path directory, Git git) {
        this.url = url;
        this.directory = directory;
        this.git = git;
    }

    /** @param fromContent whether the URL stands in some repository's content, to which git gives less trust */
    static RemoteRepository at(String url, boolean fromContent) {
        Path directory;
        try {
            directory = Files.createTempDirectory("coil-fetch");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make a temporary directory to fetch into", e);
        }
        var git = new Git(directory)
                .within(LONGEST)
                .with(UNASKED)
                .with(fromContent ? Map.of("GIT_PROTOCOL_FROM_USER", "0") : Map.of());
        return new RemoteRepository(url, directory, git);
    }

    Origin origin() {
        return new Origin(git, null, url);
    }

    /**
     * The commit that a name stands for there.
     *
     * @param ref a branch, tag, full name or full object id; empty for the default branch
     */
    String resolve(String ref) {
        if (ref.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            return ref;
        }
        var names = ref.isEmpty()
                ? List.of("HEAD")
                : List.of(ref, "refs/tags/" + ref + "^{}", "refs/tags/" + ref, "refs/heads/" + ref);
        var answer = git.run(command("ls-remote", url, names));
        if (!answer.succeeded()) {
            throw new GitFailed(
                    "cannot look up " + (ref.isEmpty() ? "the default branch" : "'" + ref + "'") + " in " + shown()
                            + ": " + redacted(answer.complaint()),
                    answer.isKilled());
        }
        var found = new HashMap<String, String>();
        answer.text()
                .lines()
                .map(line -> line.split("\t", 2))
                .filter(l -> l.length == 2)
                .forEach(l -> found.put(l[1], l[0]));
        return names.stream()
                .map(found::get)
                .filter(id -> id != null)
                .findFirst()
                .orElseThrow(() -> new NoCheckout(
                        (ref.isEmpty() ? "there is no commit yet in " : "there is no branch or tag '" + ref + "' in ")
                                + shown()));
    }

    /** Fetches a commit without its history, if it can be had by its id; else everything there is. */
    void fetch(String commit) {
        if (!Files.exists(directory.resolve("HEAD"))) {
            var format = "--object-format=" + (commit.length() == 64 ? "sha256" : "sha1");
            git.need("init", "--quiet", "--bare", "--template=", format, directory.toString());
            // Where git-lfs looks.
            git.need("config", "remote.origin.url", url);
        }
        var alone = git.run(command("fetch", "--depth=1", List.of("--no-tags", url, commit)));
        if (alone.succeeded()) {
            return;
        }
        var all = git.run(command("fetch", "--no-tags", List.of(url, "+refs/*:refs/fetched/*")));
        if (!all.succeeded()) {
            throw new GitFailed("cannot fetch " + shown() + ": " + redacted(all.complaint()), all.isKilled());
        }
        if (!git.run("cat-file", "-e", commit + "^{commit}").succeeded()) {
            throw new NoCheckout("there is no commit " + commit + " in " + shown());
        }
    }

    private static String[] command(String verb, String option, List<String> more) {
        var command = new ArrayList<>(List.of(PATIENCE));
        command.add(verb);
        command.add(option);
        command.addAll(more);
        return command.toArray(String[]::new);
    }

    private String shown() {
        return redacted(url);
    }

    /** Without user names and passwords in URLs, as messages get around. */
    static String redacted(@Nullable String text) {
        return String.valueOf(text).replaceAll("(\\w://)[^/@\\s]*@", "$1");
    }

    @Override
    public void close() {
        FileTree.delete(directory);
    }
}
