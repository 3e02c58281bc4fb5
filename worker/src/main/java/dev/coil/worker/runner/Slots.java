package dev.coil.worker.runner;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The directories that tasks run in. Old workspaces are moved aside and deleted in the background, so that no task waits for it. */
final class Slots implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(Slots.class);

    private final Path slots;
    private final Path trees;
    private final Path trash;
    private final BitSet taken = new BitSet();
    private final Set<String> lineages = new HashSet<>();
    private final ExecutorService sweeper = Executors.newSingleThreadExecutor(work -> {
        var thread = new Thread(work, "coil-sweeper");
        thread.setDaemon(true);
        return thread;
    });

    Slots(Path directory) throws IOException {
        slots = Files.createDirectories(directory.resolve("slots"));
        trees = Files.createDirectories(directory.resolve("trees"));
        trash = Files.createDirectories(directory.resolve("trash"));
        for (var old : entries(slots)) {
            throwAway(old);
        }
        for (var old : entries(trees)) {
            throwAway(old);
        }
        sweeper.execute(() -> entries(trash).forEach(Slots::delete));
    }

    /** The files in which a former worker noted what its slots ran. */
    static List<Path> processFiles(Path directory) {
        return entries(directory.resolve("slots")).stream()
                .map(slot -> slot.resolve("process"))
                .toList();
    }

    private static List<Path> entries(Path directory) {
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
     * A slot that nobody has, with an empty workspace.
     *
     * @param lineage the name of a workspace that must always be at the same path; while another task has it, this waits. {@code null} for
     *     a workspace anywhere
     */
    Slot take(@Nullable String lineage) throws IOException, InterruptedException {
        int number;
        synchronized (taken) {
            while (lineage != null && !lineages.add(lineage)) {
                taken.wait();
            }
            number = taken.nextClearBit(0);
            taken.set(number);
        }
        try {
            var slot = Files.createDirectories(slots.resolve(Integer.toString(number)));
            var workspace = lineage == null ? slot.resolve("ws") : trees.resolve(lineage);
            if (Files.exists(workspace, LinkOption.NOFOLLOW_LINKS)) {
                throwAway(workspace);
            }
            Files.createDirectory(workspace);
            return new Slot(number, slot, workspace, lineage);
        } catch (IOException e) {
            free(number, lineage);
            throw e;
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
            try {
                throwAway(workspace);
            } catch (IOException e) {
                log.warn("cannot move {} aside: {}", workspace, e.getMessage());
            }
            free(number, lineage);
        }
    }

    private void throwAway(Path path) throws IOException {
        var rubbish = trash.resolve(UUID.randomUUID().toString());
        Files.move(path, rubbish);
        sweeper.execute(() -> delete(rubbish));
    }

    private static void delete(Path path) {
        try {
            Files.walkFileTree(path, new Deletion());
        } catch (IOException e) {
            log.warn("cannot delete {}: {}", path, e.getMessage());
        }
    }

    private static final class Deletion extends SimpleFileVisitor<Path> {

        /** Tasks leave directories without permissions, such as Go's module cache. */
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
            if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
                Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
            }
            return FileVisitResult.CONTINUE;
        }

        /** Also called for a directory that cannot be opened. */
        @Override
        public FileVisitResult visitFileFailed(Path path, IOException failure) throws IOException {
            if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) || Files.isReadable(path)) {
                throw failure;
            }
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwx------"));
            Files.walkFileTree(path, this);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult postVisitDirectory(Path directory, IOException failure) throws IOException {
            Files.delete(directory);
            return FileVisitResult.CONTINUE;
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
