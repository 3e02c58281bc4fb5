package dev.coil.worker.fetch;

import dev.coil.worker.blob.Node;
import dev.coil.worker.blob.Retries;
import dev.coil.worker.fault.InfraTrouble;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A bare repository per project, which gets commits from the node as tasks need them. A commit has come whole when its ref stands
 * here: git writes refs last, so that a fetch that died half-way leaves none.
 */
final class Mirrors {

    private static final String REFS = "refs/coil/commits/";

    private final Path directory;
    private final Git git;
    private final Node node;
    private final Retries retries;
    private final Map<String, ReentrantLock> locks = new ConcurrentHashMap<>();

    Mirrors(Path directory, Git git, Node node, Retries retries) throws IOException {
        this.directory = Files.createDirectories(directory);
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
            Files.move(mirror, directory.resolve(UUID.randomUUID() + ".broken"));
        }
        Files.move(unfinished, mirror, StandardCopyOption.ATOMIC_MOVE);
    }

    /** The repository of a project, with this commit in it. */
    Path with(String project, String commit) throws InfraTrouble, InterruptedException {
        if (!project.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || !commit.matches("[0-9a-f]{40}|[0-9a-f]{64}")) {
            throw new InfraTrouble("cannot fetch commit '" + commit + "' of '" + project
                    + "': expected a whole object id and a project's name");
        }
        var mirror = directory.resolve(project + ".git");
        if (Files.exists(mirror.resolve(REFS + commit))) {
            return mirror;
        }
        var lock = locks.computeIfAbsent(project, p -> new ReentrantLock());
        lock.lockInterruptibly();
        try {
            if (!Files.exists(mirror.resolve(REFS + commit))) {
                fetch(project, commit, mirror);
            }
            return mirror;
        } finally {
            lock.unlock();
        }
    }

    private void fetch(String project, String commit, Path mirror) throws InfraTrouble, InterruptedException {
        retries.run("cannot fetch commit " + commit + " of " + project, () -> {
            var url = node.url() + "/git/" + project + ".git";
            try {
                if (!Files.exists(mirror.resolve("objects"))) {
                    make(mirror, commit);
                }
                removeStaleLocks(mirror);
                var refspec = "+" + commit + ":" + REFS + commit;
                return git.run(mirror, "fetch", "--quiet", "--no-tags", "--no-write-fetch-head", url, refspec);
            } catch (Git.Failed e) {
                if (isFinal(e.getMessage())) {
                    throw new InfraTrouble("cannot fetch commit " + commit + " from " + url + ": " + e.getMessage(), e);
                }
                throw e;
            }
        });
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
