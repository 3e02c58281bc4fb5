package dev.coil.worker.blob;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.worker.host.Bytes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.jspecify.annotations.Nullable;

/**
 * Unpacks archives that others made. No entry comes to lie outside the directory: names are checked, and nothing is written through
 * a symbolic link, whether the archive brought it or it was there before. Links themselves may point anywhere.
 */
public final class Unpacking {

    /** Directories get their modes and times last: a directory without write permission could not be filled. */
    private record Finished(Path directory, int mode, FileTime modified) {}

    /** What an entry without content takes up all the same. */
    private static final int ENTRY = 4_096;

    /** How much may be unpacked, over several archives. For one thread. */
    public static final class Allowance {
        private final long bytes;
        private long left;

        public Allowance(long bytes) {
            this.bytes = bytes;
            left = bytes;
        }

        private void take(long amount) throws TooMuch {
            left -= amount;
            if (left < 0) {
                throw new TooMuch("more than " + Bytes.text(bytes) + " would be unpacked");
            }
        }
    }

    /** An archive holds more than is allowed; what was unpacked until then is there. */
    public static final class TooMuch extends IOException {
        TooMuch(String message) {
            super(message);
        }
    }

    private final Path root;
    private final Allowance allowance;
    private final Set<Path> checkedParents = new HashSet<>();
    private final Deque<Finished> directories = new ArrayDeque<>();

    private Unpacking(Path root, Allowance allowance) {
        this.root = root;
        this.allowance = allowance;
    }

    /** Unpacks over what is there already, however much it is. */
    public static void unpack(InputStream archive, Path directory) throws IOException {
        unpack(archive, directory, new Allowance(Long.MAX_VALUE));
    }

    /**
     * Unpacks over what is there already.
     *
     * @param directory is made if absent
     * @throws TooMuch if it holds more than is allowed
     * @throws IOException also if an entry is not to be had safely
     */
    public static void unpack(InputStream archive, Path directory, Allowance allowance) throws IOException {
        try (var tar = open(archive)) {
            unpackInto(directory, tar, tar.getNextEntry(), allowance);
        }
    }

    /**
     * Unpacks to where {@code cp} would copy: a directory's content into {@code target}; one file into {@code target} if that is a
     * directory, else it becomes {@code target}.
     *
     * @param directory whether {@code target} is meant to be a directory, though it may be absent
     */
    public static void unpackTo(InputStream archive, Path target, boolean directory, Allowance allowance)
            throws IOException {
        try (var tar = open(archive)) {
            var first = tar.getNextEntry();
            if (first == null || isRoot(first) || directory || Files.isDirectory(target)) {
                unpackInto(target, tar, first, allowance);
            } else {
                var parent = Objects.requireNonNull(target.getParent());
                Files.createDirectories(parent);
                first.setName(target.getFileName().toString());
                new Unpacking(parent.toRealPath(), allowance).take(first, tar);
                if (tar.getNextEntry() != null) {
                    throw new IOException("the archive should hold one file, and holds more");
                }
            }
        }
    }

    private static TarArchiveInputStream open(InputStream archive) throws IOException {
        var zipped = new GZIPInputStream(archive, 64 * 1024);
        return new TarArchiveInputStream(new BufferedInputStream(zipped, 64 * 1024), UTF_8.name());
    }

    private static void unpackInto(
            Path directory, TarArchiveInputStream tar, @Nullable TarArchiveEntry first, Allowance allowance)
            throws IOException {
        Files.createDirectories(directory);
        var unpacking = new Unpacking(directory.toRealPath(), allowance);
        for (var entry = first; entry != null; entry = tar.getNextEntry()) {
            unpacking.take(entry, tar);
        }
        unpacking.finishDirectories();
    }

    private static boolean isRoot(TarArchiveEntry entry) {
        return entry.getName().equals("./");
    }

    private void take(TarArchiveEntry entry, InputStream content) throws IOException {
        var target = target(entry.getName());
        if (target.equals(root)) {
            return;
        }
        checkParent(target, entry.getName());
        // A sparse file takes up less than its size, but is counted by it: what reads it gets all of that.
        allowance.take(ENTRY + Math.max(0, entry.getRealSize()));
        if (entry.isDirectory()) {
            directory(target, entry);
        } else if (entry.isSymbolicLink()) {
            makeRoom(target);
            checkedParents.clear();
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
        } else if (isRegular(entry)) {
            makeRoom(target);
            Files.copy(content, target);
            FileModes.set(target, entry.getMode());
            Files.setLastModifiedTime(target, entry.getLastModifiedTime());
        } else {
            throw new IOException(
                    "the archive holds " + entry.getName() + ", which is neither file, directory nor symbolic link");
        }
    }

    private static boolean isRegular(TarArchiveEntry entry) {
        return entry.getLinkFlag() == TarConstants.LF_NORMAL || entry.getLinkFlag() == TarConstants.LF_OLDNORM;
    }

    private Path target(String name) throws IOException {
        var relative = Path.of(name.replaceAll("/+$", ""));
        for (var part : relative) {
            if (part.toString().equals("..")) {
                throw escapes(name);
            }
        }
        if (relative.isAbsolute()) {
            throw escapes(name);
        }
        return root.resolve(relative).normalize();
    }

    private void checkParent(Path target, String name) throws IOException {
        var parent = target.getParent();
        if (checkedParents.contains(parent)) {
            return;
        }
        for (var at = root; !at.equals(parent); ) {
            at = at.resolve(parent.getName(at.getNameCount()));
            if (Files.isSymbolicLink(at)) {
                throw escapes(name);
            }
        }
        Files.createDirectories(parent);
        checkedParents.add(parent);
    }

    private static IOException escapes(String name) {
        return new IOException(
                "the archive's entry " + name + " would be written outside the directory it is unpacked to");
    }

    private void directory(Path target, TarArchiveEntry entry) throws IOException {
        if (!Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            Files.deleteIfExists(target);
            Files.createDirectory(target);
        }
        FileModes.set(target, 0700);
        directories.push(new Finished(target, entry.getMode(), entry.getLastModifiedTime()));
    }

    private static void makeRoom(Path target) throws IOException {
        if (Files.isDirectory(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(target.getFileName() + " is a directory, and a file of the archive");
        }
        Files.deleteIfExists(target);
    }

    private void finishDirectories() throws IOException {
        for (var finished : directories) {
            FileModes.set(finished.directory(), finished.mode());
            Files.setLastModifiedTime(finished.directory(), finished.modified());
        }
    }
}
