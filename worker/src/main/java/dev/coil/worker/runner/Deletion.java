package dev.coil.worker.runner;

import dev.coil.worker.host.Mounts;
import dev.coil.worker.host.TaskUser;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Deletes what tasks leave, whatever that is: directories without permissions, such as Go's module cache, and trees that are deeper
 * than a path can be long. Deletes as much as it can, but nothing that is on another file system or mounted there: that is not the
 * worker's.
 */
final class Deletion extends SimpleFileVisitor<Path> {

    /** Each level that is walked has an open directory, and all names together have to be no longer than a path may be. */
    private static final int DEEPEST = 32;

    private static final int LONGEST = 1_000;

    private static final String EMPTY = "rm -rf \"$1\"; if test -n \"$(ls -A \"$1\" || echo hidden)\"; then"
            + " find \"$1\" -type d ! -perm -700 -exec chmod u+rwx {} \\; ; chmod -R u+rwx \"$1\"; rm -rf \"$1\"; fi";

    private final Path root;
    private final Path aside;
    private final Object device;
    private final Deque<Path> rest;
    private @Nullable IOException trouble;

    private Deletion(Path root, Path aside, Object device, Deque<Path> rest) {
        this.root = root;
        this.aside = aside;
        this.device = device;
        this.rest = rest;
    }

    /**
     * Deletes a tree.
     *
     * @param aside a directory on the same file system, in which nothing is meanwhile but what is being deleted
     * @throws IOException if something is left; what it was first
     */
    static void delete(Path root, Path aside) throws IOException {
        if (!Files.exists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        unmount(root);
        IOException trouble = null;
        var rest = new ArrayDeque<>(List.of(root));
        var device = device(root);
        for (var next = rest.poll(); next != null; next = rest.poll()) {
            var deletion = new Deletion(next, aside, device, rest);
            Files.walkFileTree(next, deletion);
            trouble = trouble == null ? deletion.trouble : trouble;
        }
        if (trouble != null) {
            throw trouble;
        }
    }

    private static void unmount(Path root) throws IOException {
        var mounted = Mounts.release(root);
        if (!mounted.isEmpty()) {
            throw new IOException("something is mounted at " + mounted.get(0) + ", and umount does not work");
        }
    }

    /**
     * The same of what is the tasks' user's, as that user. The directory that it stands in is the worker's, so the last bit of it is not
     * for them to delete.
     */
    static void delete(Path root, TaskUser user) throws IOException {
        unmount(root);
        try {
            user.process(List.of("sh", "-c", EMPTY, "sh", root.toString()))
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(root);
    }

    private static Object device(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS);
    }

    static void permitAll(Path directory) throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx------"));
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) throws IOException {
        if (!device(directory).equals(device)) {
            note(new IOException("something is mounted at " + directory));
            return FileVisitResult.SKIP_SUBTREE;
        }
        permit(directory);
        int depth = directory.getNameCount() - root.getNameCount();
        if (depth > DEEPEST || (depth > 1 && directory.toString().length() > LONGEST)) {
            attempt(() -> rest.add(
                    Files.move(directory, aside.resolve(UUID.randomUUID().toString()))));
            return FileVisitResult.SKIP_SUBTREE;
        }
        return FileVisitResult.CONTINUE;
    }

    private void permit(Path directory) {
        if (!Files.isWritable(directory) || !Files.isExecutable(directory)) {
            attempt(() -> permitAll(directory));
        }
    }

    /** Also called for a directory that cannot be opened. */
    @Override
    public FileVisitResult visitFileFailed(Path path, IOException failure) {
        if (failure instanceof AccessDeniedException
                && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)
                && !Files.isReadable(path)) {
            attempt(() -> {
                permitAll(path);
                if (!Files.isReadable(path)) {
                    throw failure;
                }
                Files.walkFileTree(path, this);
            });
        } else if (!(failure instanceof NoSuchFileException)) {
            note(failure);
        }
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        attempt(() -> Files.deleteIfExists(file));
        return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure) {
        if (failure != null) {
            note(failure);
        }
        attempt(() -> Files.deleteIfExists(directory));
        return FileVisitResult.CONTINUE;
    }

    private interface Work {
        void run() throws IOException;
    }

    /** What cannot be deleted is no reason to leave the rest. */
    private void attempt(Work work) {
        try {
            work.run();
        } catch (DirectoryNotEmptyException e) {
            if (trouble == null) {
                trouble = new IOException(e.getMessage() + " is not empty");
            }
        } catch (IOException e) {
            note(e);
        }
    }

    private void note(IOException e) {
        if (trouble == null) {
            trouble = e;
        }
    }
}
