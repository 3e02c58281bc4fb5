package dev.coil.worker.fetch;

import dev.coil.worker.fault.TaskFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where a task runs.
 *
 * @param root a real path; all that the task starts from is below it
 * @param directory the graph's directory in it, to which the graph's paths are relative
 */
public record Workspace(Path root, Path directory) {

    /**
     * A path of the graph.
     *
     * @param use what it is for, to begin a message with: {@code artifact 'dist'}
     * @throws TaskFault if it leads out of the task's directory, by itself or over a symbolic link
     */
    public Path inside(String use, String path) throws TaskFault, IOException {
        var wanted = directory.resolve(path).normalize();
        if (Path.of(path).isAbsolute() || !wanted.startsWith(directory)) {
            throw new TaskFault(use + ": " + path + " is outside the task's directory");
        }
        var existing = existing(wanted);
        // A task may have deleted its whole workspace, of which then only a parent is left.
        if (!root.startsWith(existing) && !existing.toRealPath().startsWith(root)) {
            throw new TaskFault(use + ": " + path + " leads out of the workspace over a symbolic link");
        }
        return wanted;
    }

    /** The path, or what there is of it. A dangling link is as good as absent: whoever makes it must check again. */
    private static Path existing(Path path) {
        var at = path;
        while (!Files.exists(at)) {
            at = at.getParent();
        }
        return at;
    }
}
