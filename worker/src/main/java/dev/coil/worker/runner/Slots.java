package dev.coil.worker.runner;

import dev.coil.worker.host.TaskUser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directories that tasks run in. A workspace of an earlier task is thrown away; where that cannot be done, its place is left
 * alone for the time being, and another one taken.
 */
final class Slots implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Slots.class);

    /** More than that are no accident. */
    private static final int MOST_BLOCKED = 100;

    private final Path slots;
    private final Path trees;
    private final Trash trash;
    private final @Nullable TaskUser user;
    private final BitSet taken = new BitSet();
    private final Set<String> lineages = new HashSet<>();

    /** @param user as whom tasks run; {@code null} for the worker's own */
    Slots(Path directory, @Nullable TaskUser user) throws IOException {
        this.user = user;
        slots = Files.createDirectories(directory.resolve("slots"));
        trees = Files.createDirectories(directory.resolve("trees"));
        trash = new Trash(directory.resolve("trash"), user);
        for (var parent : List.of(slots, trees)) {
            for (var old : Trash.entries(parent)) {
                throwAwayIfPossible(old);
            }
        }
    }

    /** The files in which a former worker noted what its slots ran. */
    static List<Path> processFiles(Path directory) {
        return Trash.entries(directory.resolve("slots")).stream()
                .map(slot -> slot.resolve("process"))
                .toList();
    }

    /**
     * A slot that nobody has, with an empty workspace.
     *
     * @param lineage the name of a workspace that must always be at the same path; while another task has it, this waits. {@code null} for
     *     a workspace anywhere
     * @param waits called first if it does
     */
    Slot take(@Nullable String lineage, Runnable waits) throws IOException, InterruptedException {
        if (lineage != null && !reserve(lineage)) {
            waits.run();
            synchronized (taken) {
                while (!lineages.add(lineage)) {
                    taken.wait();
                }
            }
        }
        int number = lineage == null ? nextCleared() : nextFree();
        try {
            var slot = Files.createDirectories(slots.resolve(Integer.toString(number)));
            var workspace = lineage == null ? workspace(number) : trees.resolve(lineage);
            trash.throwAway(workspace);
            Files.createDirectories(trees);
            make(workspace);
            return new Slot(number, slot, workspace, lineage);
        } catch (IOException e) {
            free(number, lineage);
            throw e;
        }
    }

    /** What is still being made is nobody else's. */
    private void make(Path workspace) throws IOException {
        if (user == null) {
            Files.createDirectory(workspace);
        } else {
            Files.createDirectory(
                    workspace, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
    }

    private boolean reserve(String lineage) {
        synchronized (taken) {
            return lineages.add(lineage);
        }
    }

    /** The first one whose last workspace is gone, or goes now. Those passed over are tried again by whoever comes next. */
    private int nextCleared() throws IOException {
        var blocked = new BitSet();
        try {
            while (blocked.cardinality() < MOST_BLOCKED) {
                int number = nextFree();
                if (throwAwayIfPossible(workspace(number))) {
                    return number;
                }
                blocked.set(number);
            }
        } finally {
            synchronized (taken) {
                taken.andNot(blocked);
            }
        }
        throw new IOException(
                "the workspaces of " + MOST_BLOCKED + " earlier tasks in " + slots + " cannot be removed");
    }

    private Path workspace(int number) {
        return slots.resolve(Integer.toString(number)).resolve("ws");
    }

    private int nextFree() {
        synchronized (taken) {
            int number = taken.nextClearBit(0);
            taken.set(number);
            return number;
        }
    }

    private boolean throwAwayIfPossible(Path path) {
        try {
            trash.throwAway(path);
            return true;
        } catch (IOException e) {
            log.warn("cannot remove {}, which a task left, and leaves it for now: {}", path, e.toString());
            return false;
        }
    }

    private void free(int number, @Nullable String lineage) {
        synchronized (taken) {
            taken.clear(number);
            if (lineage != null) {
                lineages.remove(lineage);
                taken.notifyAll();
            }
        }
    }

    /** A place to run a task in; freed by {@link #close()}. */
    final class Slot implements AutoCloseable {
        private final int number;
        private final Path directory;
        private final Path workspace;
        private final @Nullable String lineage;

        private Slot(int number, Path directory, Path workspace, @Nullable String lineage) {
            this.number = number;
            this.directory = directory;
            this.workspace = workspace;
            this.lineage = lineage;
        }

        Path workspace() {
            return workspace;
        }

        Path script() {
            return directory.resolve("script");
        }

        Path process() {
            return directory.resolve("process");
        }

        @Override
        public void close() {
            throwAwayIfPossible(workspace);
            free(number, lineage);
        }
    }

    @Override
    public void close() {
        trash.close();
    }
}
