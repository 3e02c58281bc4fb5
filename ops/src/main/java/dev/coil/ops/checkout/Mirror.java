package dev.coil.ops.checkout;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A bare repository with the branches and tags of one elsewhere, into which what is new is fetched. For one thread at a time. */
public final class Mirror {

    private static final Pattern OBJECT = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final Pattern ELSEWHERE =
            Pattern.compile("(https?|ssh|git)://[^-].*|([A-Za-z0-9_][^/@:]*@)?[A-Za-z0-9][^/:@]*:(?!:|//).+");

    private static final Duration LONGEST_FETCH = Duration.ofMinutes(30);
    private static final int TRIES = 3;
    private static final Duration LONGEST_LOOK = Duration.ofMinutes(2);

    /** Nobody is there who could answer, and a token goes nowhere else. */
    private static final Map<String, String> UNASKED = Map.of(
            "GIT_ASKPASS", "",
            "SSH_ASKPASS", "false",
            "SSH_ASKPASS_REQUIRE", "force",
            "GIT_SSH_COMMAND", "ssh -o BatchMode=yes -o ConnectTimeout=30",
            "GIT_PROTOCOL_FROM_USER", "0");

    private static final List<String> SETTINGS =
            List.of("-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60", "-c", "http.followRedirects=false");

    private final Path directory;
    private final String url;
    private final Git git;

    /**
     * @param directory of the mirror, made where it is absent
     * @param url what git fetches
     * @param token shown to HTTP servers as a password; {@code null} for none
     */
    public Mirror(Path directory, String url, @Nullable String token) {
        this.directory = directory;
        this.url = url;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot make " + directory, e);
        }
        this.git = new Git(directory).with(UNASKED).with(credentials(url, token));
    }

    /** Through the environment, as everybody sees a program's arguments; for this URL alone. */
    private static Map<String, String> credentials(String url, @Nullable String token) {
        var variables = new HashMap<String, String>();
        // A path on this machine is the operator's own choice.
        variables.put("GIT_CONFIG_COUNT", token == null ? "1" : "2");
        variables.put("GIT_CONFIG_KEY_0", "protocol.file.allow");
        variables.put("GIT_CONFIG_VALUE_0", "always");
        if (token != null) {
            variables.put("GIT_CONFIG_KEY_1", "http." + url + ".extraHeader");
            variables.put(
                    "GIT_CONFIG_VALUE_1",
                    "Authorization: Basic "
                            + Base64.getEncoder().encodeToString(("x-access-token:" + token).getBytes(UTF_8)));
        }
        return variables;
    }

    /**
     * The branches and tags there with their objects, and {@code HEAD} with the full name of the default branch.
     *
     * @throws GitFailed if the repository does not answer
     */
    public Map<String, String> refs() {
        var answer = run(git.within(LONGEST_LOOK), "ls-remote", "--symref", url, "HEAD", "refs/heads/*", "refs/tags/*");
        if (!answer.succeeded()) {
            throw failure("cannot look into", answer);
        }
        var refs = new HashMap<String, String>();
        for (var line : answer.text().lines().toList()) {
            var parts = line.split("\t", 2);
            if (parts.length < 2) {
                continue;
            }
            if (parts[0].startsWith("ref: ")) {
                refs.put(parts[1], parts[0].substring("ref: ".length()));
            } else if (parts[1].startsWith("refs/")
                    && !parts[1].endsWith("^{}")
                    && OBJECT.matcher(parts[0]).matches()) {
                refs.put(parts[1], parts[0]);
            }
        }
        return refs;
    }

    /**
     * Brings a commit here, and what it may be compared with.
     *
     * @param ref under which it is found, or was
     * @return whether it is there, or was here already
     * @throws GitFailed if the repository does not answer
     */
    public boolean bring(String ref, String commit) {
        removeLeftovers();
        if (!Files.exists(directory.resolve("HEAD")) || !Files.exists(directory.resolve("config"))) {
            var format = "--object-format=" + (commit.length() == 64 ? "sha256" : "sha1");
            git.need("init", "--quiet", "--bare", "--template=", format, directory.toString());
        }
        if (!git.run("config", "--get", "remote.origin.url").text().equals(url)) {
            git.need("config", "remote.origin.url", url);
        }
        if (has(commit)) {
            return true;
        }
        var all = fetch("--prune", url, "+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*");
        if (!all.succeeded()) {
            throw failure("cannot fetch", all);
        }
        // Does nothing most of the time.
        git.within(LONGEST_FETCH).run("gc", "--auto", "--quiet");
        if (!has(commit) && !ref.startsWith("refs/heads/") && !ref.startsWith("refs/tags/")) {
            fetch(url, "+" + ref + ":" + ref);
        }
        if (!has(commit)) {
            // After a force push nothing leads to it, but many servers give it nevertheless.
            fetch(url, commit);
        }
        return has(commit);
    }

    /** Of a git that was killed: nobody else works here. */
    private void removeLeftovers() {
        try (var all = Files.walk(directory)) {
            for (var file : (Iterable<Path>) all.filter(Mirror::isLeftover)::iterator) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot tidy up " + directory, e);
        }
    }

    private static boolean isLeftover(Path file) {
        var name = String.valueOf(file.getFileName());
        return (name.endsWith(".lock") || name.startsWith("tmp_")) && Files.isRegularFile(file);
    }

    private Git.Result fetch(String... more) {
        var arguments =
                new ArrayList<>(List.of("fetch", "--quiet", "--no-tags", "--no-auto-gc", "--no-write-fetch-head"));
        arguments.addAll(List.of(more));
        return run(git.within(LONGEST_FETCH), arguments.toArray(String[]::new));
    }

    private static Git.Result run(Git git, String... arguments) {
        var all = new ArrayList<>(SETTINGS);
        all.addAll(List.of(arguments));
        return git.run(all.toArray(String[]::new));
    }

    private GitFailed failure(String what, Git.Result result) {
        return new GitFailed(
                what + " " + RemoteRepository.redacted(url) + ": "
                        + (result.isKilled() ? "it took too long" : RemoteRepository.redacted(result.complaint())),
                result.isKilled());
    }

    private boolean has(String commit) {
        return git.run("cat-file", "-e", commit + "^{commit}").succeeded();
    }

    /**
     * A graph file.
     *
     * @param path from the top
     * @return {@code null} if the commit has none
     * @throws dev.coil.protocol.graph.GraphException if it is no text
     */
    public @Nullable GraphText graph(String commit, String path) {
        var content = repository().fileAt(commit, path);
        return content == null ? null : new GraphText(path, Utf8.decode(path, content));
    }

    /**
     * The full name of the branch that the repository shows first; empty if it has none.
     *
     * @throws GitFailed if the repository does not answer
     */
    public String defaultBranch() {
        var answer = run(git.within(LONGEST_LOOK), "ls-remote", "--symref", url, "HEAD");
        if (!answer.succeeded()) {
            throw failure("cannot look into", answer);
        }
        return answer.text()
                .lines()
                .filter(line -> line.startsWith("ref: "))
                .map(line -> line.substring("ref: ".length()).split("\t", 2)[0])
                .findFirst()
                .orElse("");
    }

    /** The commit that an object stands for that was brought here: an annotated tag is an object of its own. */
    public String commit(String object) {
        return git.need("rev-parse", "--verify", "--quiet", object + "^{commit}")
                .text();
    }

    /** A commit's whole message. */
    public String message(String commit) {
        return repository().message(commit);
    }

    /** The first line of a commit's message. */
    public String subject(String commit) {
        return Objects.requireNonNull(repository().commit(commit)).subject();
    }

    /** What a commit is compared with: the last one in common with another, or its parent; empty if there is neither. */
    public String base(String commit, String other) {
        var common = other.isEmpty() ? "" : repository().mergeBase(other, commit);
        return common.isEmpty() || common.equals(commit) ? repository().baseOf(commit) : common;
    }

    /** The files that differ, as paths from a directory of the repository; {@code null} if there is nothing to compare with. */
    public @Nullable List<String> changedFiles(String base, String commit, String from) {
        if (base.isEmpty()) {
            return null;
        }
        if (from.isEmpty()) {
            return repository().changedFiles(base, commit);
        }
        var directory = Path.of(from);
        return repository().changedFiles(base, commit).stream()
                .map(file -> directory.relativize(Path.of(file)).toString())
                .toList();
    }

    /** Brings a commit to a node. */
    public void push(NodeSources node, String commit) {
        node.push(new Git(directory), commit);
    }

    /**
     * Brings to a node what else tasks check out. Who writes a graph is not to read repositories on the node's disk by it.
     *
     * @throws NoCheckout if that is to come from a path
     * @return the commits of further repositories
     */
    public List<Source.Input> inputs(
            String commit, Collection<Action.Checkout> wanted, NodeSources node, BlobSink blobs) {
        for (var checkout : wanted) {
            var repository = checkout.repository();
            if (!checkout.isOwn()
                    && !ELSEWHERE.matcher(String.valueOf(repository)).matches()) {
                throw new NoCheckout(
                        "checkout: '" + repository + "' is a path, which means nothing to a run that a push"
                                + " starts: give the whole URL, such as https://host/"
                                + String.valueOf(repository).replaceAll("^[./]+", "")
                                + ".git");
            }
        }
        var held = new FurtherInputs.Held(commit, new Origin(new Git(directory), null, url));
        for (int tried = 1; ; tried++) {
            try (var further = new FurtherInputs(directory, held, wanted, node, blobs)) {
                return further.bring();
            } catch (GitFailed e) {
                // Who writes a graph is not to hold up those behind it.
                if (tried == TRIES || Thread.currentThread().isInterrupted()) {
                    throw new NoCheckout(String.valueOf(e.getMessage()));
                }
            }
        }
    }

    private Repository repository() {
        return Objects.requireNonNull(Repository.find(directory), "the mirror is no repository");
    }
}
