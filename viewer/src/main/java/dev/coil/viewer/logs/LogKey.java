package dev.coil.viewer.logs;

import dev.coil.protocol.graph.TaskRef;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Names the log of an attempt. */
public record LogKey(TaskRef task, int attempt) {

    /** A project's name is a directory here, so it must be one and no way out of the store. */
    private static final Pattern PROJECT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    /** A directory with many entries is slow on some file systems. */
    private static final int TASKS_PER_DIRECTORY = 1_000;

    /** @throws IllegalArgumentException if it can be no attempt's */
    public LogKey {
        if (!PROJECT.matcher(task.project()).matches() || task.run() < 1 || task.task() < 0 || attempt < 1) {
            throw new IllegalArgumentException("no log can be of attempt " + attempt + " of '" + task + "'");
        }
    }

    /** What was printed: {@code mylang/17/0/3.1.log} for attempt 1 of {@code mylang#17/3}. */
    Path data(Path store) {
        return file(store, ".log");
    }

    /** When and where each piece was printed. */
    Path index(Path store) {
        return file(store, ".idx");
    }

    /** All of the run. */
    Path run(Path store) {
        return store.resolve(task.project()).resolve(Integer.toString(task.run()));
    }

    private Path file(Path store, String suffix) {
        return run(store)
                .resolve(Integer.toString(task.task() / TASKS_PER_DIRECTORY))
                .resolve(task.task() + "." + attempt + suffix);
    }

    @Override
    public String toString() {
        return task + "." + attempt;
    }
}
