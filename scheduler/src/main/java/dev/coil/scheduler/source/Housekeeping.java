package dev.coil.scheduler.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps repositories quick while they grow by a pack and a ref with each push. After a push, and one repository at a time: when
 * there are many packs, the small ones are put together (geometrically, so that each object is rewritten a logarithmic number of
 * times); when there are many refs of submitted commits, all but the newest go to where they are not listed. Nothing is ever
 * deleted: every commit that was submitted can be fetched, and so its run be retried.
 */
final class Housekeeping implements AutoCloseable {

    /** Where submitters push, one ref per commit, named by it. */
    static final String COMMITS = "refs/coil/commits";

    /** Where the refs of commits go that are not among the newest. */
    static final String OLD_COMMITS = "refs/coil/old";

    private static final Logger log = LoggerFactory.getLogger(Housekeeping.class);
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final Duration ABANDONED = Duration.ofDays(1);

    private final GitProgram git;
    private final int packs;
    private final int refs;
    private final Set<Path> waiting = ConcurrentHashMap.newKeySet();
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        var made = new Thread(task, "coil-source-housekeeping");
        made.setDaemon(true);
        return made;
    });

    Housekeeping(GitProgram git) {
        this(git, 32, 256);
    }

    /**
     * @param packs how many packs a repository may have
     * @param refs how many refs of commits are listed to clients, at most twice that before the older ones are moved
     */
    Housekeeping(GitProgram git, int packs, int refs) {
        this.git = git;
        this.packs = packs;
        this.refs = refs;
    }

    /** Looks after a repository that was pushed to, in the background. */
    void pushed(Path repository) {
        if (waiting.add(repository)) {
            try {
                thread.execute(() -> look(repository));
            } catch (RejectedExecutionException e) {
                log.debug("{} is not looked after: the node is stopping", repository);
            }
        }
    }

    private void look(Path repository) {
        waiting.remove(repository);
        try {
            removeAbandoned(repository.resolve("objects"), "tmp_objdir-");
            removeAbandoned(repository.resolve("objects/pack"), "tmp_");
            if (packs(repository) > packs) {
                run(repository, "", "repack", "-d", "--geometric=2", "--quiet");
            }
            if (looseRefs(repository) > refs) {
                retireOldCommits(repository);
                run(repository, "", "pack-refs", "--all");
            }
        } catch (IOException e) {
            log.warn("{} cannot be tidied up, which does no harm but makes it slow: {}", repository, e.getMessage());
        }
    }

    private void retireOldCommits(Path repository) throws IOException {
        var newestFirst = run(repository, "", "for-each-ref", "--sort=-creatordate", "--format=%(objectname)", COMMITS);
        var moves = new StringBuilder();
        newestFirst.lines().skip(refs).forEach(id -> moves.append("update " + OLD_COMMITS + "/" + id + " " + id + "\n")
                .append("delete " + COMMITS + "/" + id + " " + id + "\n"));
        if (!moves.isEmpty()) {
            run(repository, moves.toString(), "update-ref", "--stdin");
        }
    }

    private String run(Path repository, String input, String... arguments) throws IOException {
        var result = git.run(repository, LIMIT, input, arguments);
        if (result.exitCode() != 0) {
            throw new IOException("git " + arguments[0] + " ended with " + result.exitCode() + ": "
                    + result.output().strip());
        }
        return result.output();
    }

    /** What git leaves behind when it is killed is removed a day later, when nothing can be writing to it any more. */
    private static void removeAbandoned(Path directory, String prefix) throws IOException {
        var oldest = Instant.now().minus(ABANDONED);
        try (var paths = Files.newDirectoryStream(directory, prefix + "*")) {
            for (var path : paths) {
                if (Files.getLastModifiedTime(path).toInstant().isBefore(oldest)) {
                    SourceStore.deleteTree(path);
                    log.info("removed {}, which a push that broke off had left", path);
                }
            }
        }
    }

    private static long packs(Path repository) throws IOException {
        try (var files = Files.list(repository.resolve("objects/pack"))) {
            return files.filter(file -> file.toString().endsWith(".pack")).count();
        }
    }

    private static long looseRefs(Path repository) throws IOException {
        try (var files = Files.list(repository.resolve(COMMITS))) {
            return files.count();
        } catch (NoSuchFileException e) {
            return 0;
        }
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
