package dev.coil.worker.runner;

import dev.coil.worker.host.TaskUser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where old workspaces go: moved there at once, deleted in the background, so that no task waits for it. What cannot be deleted stays,
 * is said, and tried again.
 */
final class Trash implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Trash.class);

    private static final long AGAIN_MINUTES = 10;

    private final Path directory;
    private final @Nullable TaskUser user;
    private final ScheduledExecutorService sweeper = Executors.newSingleThreadScheduledExecutor(work -> {
        var thread = new Thread(work, "coil-sweeper");
        thread.setDaemon(true);
        return thread;
    });

    /** @param user as whom tasks run; {@code null} for the worker's own */
    Trash(Path directory, @Nullable TaskUser user) throws IOException {
        this.user = user;
        this.directory = Files.createDirectories(directory);
        sweeper.scheduleWithFixedDelay(this::sweep, 0, AGAIN_MINUTES, TimeUnit.MINUTES);
    }

    static List<Path> entries(Path directory) {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (var entries = Files.list(directory)) {
            return entries.toList();
        } catch (IOException e) {
            log.warn("cannot look into {}: {}", directory, e.getMessage());
            return List.of();
        }
    }

    /**
     * Takes a path out of the way, if there is anything.
     *
     * @throws IOException if it cannot be moved
     */
    void throwAway(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        var rubbish =
                Files.createDirectories(directory).resolve(UUID.randomUUID().toString());
        try {
            Files.move(path, rubbish);
        } catch (AccessDeniedException unwritable) {
            Deletion.permitAll(path);
            Files.move(path, rubbish);
        } catch (FileSystemException mountedOrImmutable) {
            deleteNow(path);
            return;
        }
        later(() -> delete(rubbish));
    }

    /** Does it in the background. */
    void later(Runnable work) {
        try {
            sweeper.execute(work);
        } catch (RejectedExecutionException closed) {
            log.debug("the rest of the trash is left to the next worker");
        }
    }

    private void sweep() {
        entries(directory).forEach(this::delete);
    }

    private void delete(Path rubbish) {
        try {
            deleteNow(rubbish);
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            log.warn(
                    "cannot delete what a task left, and tries again every {} minutes, see {}: {}",
                    AGAIN_MINUTES,
                    rubbish,
                    e.toString());
        }
    }

    private void deleteNow(Path path) throws IOException {
        if (user != null && Files.exists(path, LinkOption.NOFOLLOW_LINKS) && user.owns(path)) {
            Deletion.delete(path, user);
        } else {
            Deletion.delete(path, directory);
        }
    }

    @Override
    public void close() {
        sweeper.shutdown();
        try {
            sweeper.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
