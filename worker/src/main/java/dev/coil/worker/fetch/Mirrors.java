package dev.coil.worker.fetch;

import dev.coil.protocol.source.SourceKind;
import dev.coil.worker.blob.Node;
import dev.coil.worker.blob.Retries;
import dev.coil.worker.fault.InfraTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Bare repositories, for each project one of each kind, which get commits from the node as tasks need them. A commit has come whole when its ref stands
 * here: git writes refs last, so that a fetch that died half-way leaves none.
 */
final class Mirrors {

    private static final String REFS = "refs/coil/commits/";

    private static final Logger log = LoggerFactory.getLogger(Mirrors.class);

    /** What git says of objects that are not what they were. */
    private static final Pattern DAMAGE = Pattern.compile(
            "inflate|corrupt|unpack|loose object|bad object|packfile|unable to read|missing blob|mismatch");

    private final Path directory;
    private final SetAside aside;
    private final Git git;
    private final Node node;
    private final Retries retries;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();
    private final Set<String> projects = ConcurrentHashMap.newKeySet();

    Mirrors(Path directory, Git git, Node node, Retries retries) throws IOException {
        this.directory = Files.createDirectories(directory);
        aside = new SetAside(directory);
        aside.clean(Instant.now());
        this.git = git;
        this.node = node;
        this.retries = retries;
    }

    /**
     * Locks that a killed git left would fail all later fetches. Only this process uses the mirror, and one task at a time fetches into it;
     * a git is killed whenever a claim is lost.
     */
    private static void removeStaleLocks(Path mirror) throws IOException {
        try (var files = Files.find(mirror, 8, (file, a) -> file.toString().endsWith(".lock"))) {
            for (var stale : files.toList()) {
                Files.deleteIfExists(stale);
            }
        }
    }

    /** Made elsewhere and moved here whole, so that a git that is killed meanwhile leaves no half of a repository. */
    private void make(Path mirror, String commit) throws IOException, InterruptedException {
        var format = commit.length() == 64 ? "sha256" : "sha1";
        var unfinished = directory.resolve(UUID.randomUUID() + ".new");
        git.run(
                directory,
                "init",
                "--quiet",
                "--bare",
                "--template=",
                "--object-format=" + format,
                unfinished.toString());
        if (Files.exists(mirror)) {
            aside.take(mirror);
        }
        Files.createDirectories(Objects.requireNonNull(mirror.getParent()));
        Files.move(unfinished, mirror, StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * The repository of a project, with this commit in it.
     *
     * @throws InfraTrouble if the node does not answer, or has no such commit
     */
    Path with(String project, String commit) throws InfraTrouble, InterruptedException {
        if (!project.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || !commit.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            throw new InfraTrouble("cannot fetch commit '" + commit + "' of '" + project
                    + "': expected a whole object id and a project's name");
        }
        // A history that is cut off is second best, also where it is here already: the whole may have come meanwhile.
        var absent = new ArrayList<String>();
        for (var kind : SourceKind.having(commit)) {
            var complaint = fetchInTurn(project, kind, commit);
            if (complaint == null) {
                return mirror(project, kind);
            }
            absent.add(complaint);
        }
        throw new InfraTrouble("cannot fetch commit " + commit + ": " + absent.get(0));
    }

    /** Whether there is a repository of the project already, though perhaps without a certain commit. */
    boolean has(String project) {
        if (!projects.contains(project)
                && Arrays.stream(SourceKind.values()).anyMatch(kind -> Files.exists(mirror(project, kind)))) {
            projects.add(project);
        }
        return projects.contains(project);
    }

    private Path mirror(String project, SourceKind kind) {
        return directory.resolve(kind.repository(project));
    }

    private @Nullable String fetchInTurn(String project, SourceKind kind, String commit)
            throws InfraTrouble, InterruptedException {
        if (Files.exists(mirror(project, kind).resolve(REFS + commit))) {
            return null;
        }
        var lock = locks.computeIfAbsent(kind.repository(project), p -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            var mirror = mirror(project, kind);
            return Files.exists(mirror.resolve(REFS + commit)) ? null : fetch(project, kind, commit, mirror);
        } finally {
            lock.unlock();
        }
    }

    /** @return {@code null} if it has come; else what the node says that does not have it */
    private @Nullable String fetch(String project, SourceKind kind, String commit, Path mirror)
            throws InfraTrouble, InterruptedException {
        // An empty text is no complaint; what is run here cannot return null.
        var complaint = retries.run("cannot fetch commit " + commit + " of " + project, () -> {
            var address = node.address();
            var url = address.url() + kind.path(project);
            try {
                if (!Files.exists(mirror.resolve("objects"))) {
                    make(mirror, commit);
                }
                removeStaleLocks(mirror);
                git.fetch(mirror, address, url, "+" + commit + ":" + REFS + commit);
                aside.clean(Instant.now());
                return "";
            } catch (Git.Failed e) {
                if (isFinal(e.getMessage())) {
                    return url + " does not have it: " + e.getMessage();
                }
                throw e;
            }
        });
        return complaint.isEmpty() ? null : complaint;
    }

    /** A mirror is a cache: one in which git finds damage is made anew for the next attempt. */
    void setAsideIfDamaged(Path mirror, Git.Failed failure) throws IOException {
        if (DAMAGE.matcher(failure.getMessage()).find() && Files.exists(mirror)) {
            log.warn("{} is damaged and is fetched again: {}", mirror, failure.getMessage());
            aside.take(mirror);
        }
    }

    /** Whether the node is there and does not have it. The program's exit code does not tell. */
    private static boolean isFinal(String message) {
        return message.contains("not our ref")
                || message.contains("not found")
                || message.contains("does not exist")
                || message.contains("does not appear to be a git repository")
                || message.contains("error: 4");
    }
}
