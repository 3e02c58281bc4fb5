package dev.coil.viewer.logs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the logs of forgotten runs, on a thread of its own: a large run has many files. What a crash leaves of them is found by the next
 * {@link #sweep}.
 */
public final class ForgottenLogs implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ForgottenLogs.class);

    private final LogStore store;
    private final Path directory;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(task -> {
        var made = new Thread(task, "viewer-forgotten-logs");
        made.setDaemon(true);
        return made;
    });

    /** @param directory of the store */
    public ForgottenLogs(LogStore store, Path directory) {
        this.store = store;
        this.directory = directory;
    }

    /** A run was forgotten; the store's predicate says so already. */
    public void forget(String project, int run) {
        thread.execute(() -> remove(project, run));
    }

    /** Looks through the whole store for runs of which it is known that they were forgotten. */
    public void sweep(BiPredicate<String, Integer> isForgotten) {
        thread.execute(() -> {
            try (var runs = Files.find(directory, 2, (path, attributes) -> isRun(path))) {
                runs.forEach(run -> {
                    var project = run.getParent().getFileName().toString();
                    int number = Integer.parseInt(run.getFileName().toString());
                    if (isForgotten.test(project, number)) {
                        remove(project, number);
                    }
                });
            } catch (NoSuchFileException e) {
                log.debug("there are no logs yet");
            } catch (IOException | UncheckedIOException e) {
                log.warn("cannot look for logs of forgotten runs: {}", e.toString());
            }
        });
    }

    private boolean isRun(Path path) {
        return directory.relativize(path).getNameCount() == 2
                && path.getFileName().toString().matches("[1-9][0-9]{0,8}");
    }

    private void remove(String project, int run) {
        try {
            var logs = store.forget(project, run);
            if (!Files.exists(logs)) {
                return;
            }
            try (var files = Files.walk(logs)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | RuntimeException e) {
            log.warn("cannot remove the logs of the forgotten {}#{}: {}", project, run, e.toString());
        }
    }

    /** What has not been removed by then is left to the next sweep. */
    @Override
    public void close() {
        thread.shutdownNow();
    }
}
