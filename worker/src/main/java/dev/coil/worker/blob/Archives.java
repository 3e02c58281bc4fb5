package dev.coil.worker.blob;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.UUID;

/** Files by name in a directory of their own, all of them together no larger than a limit: what was not used for longest goes first. */
public final class Archives {

    private final Path directory;
    private final long limit;

    /** @param limit in bytes */
    public Archives(Path directory, long limit) throws IOException {
        this.directory = Files.createDirectories(directory);
        this.limit = limit;
        try (var files = Files.list(directory)) {
            for (var unfinished : files.filter(Archives::isUnfinished).toList()) {
                Files.delete(unfinished);
            }
        }
    }

    /** A new name in the same file system to write a file to, for {@link #keep}. */
    public Path scratch() {
        return directory.resolve("part-" + UUID.randomUUID());
    }

    private static boolean isUnfinished(Path file) {
        return file.getFileName().toString().startsWith("part-");
    }

    /** Takes a file in, instead of the one that had the name. */
    public void keep(Path file, String name) throws IOException {
        Files.move(file, directory.resolve(name), ATOMIC_MOVE);
        makeRoom();
    }

    public boolean has(String name) {
        return Files.exists(directory.resolve(name));
    }

    /** @throws java.nio.file.NoSuchFileException if there is none of that name */
    public InputStream open(String name) throws IOException {
        var file = directory.resolve(name);
        var content = Files.newInputStream(file);
        Files.setLastModifiedTime(file, FileTime.from(Instant.now()));
        return content;
    }

    public void remove(String name) throws IOException {
        Files.deleteIfExists(directory.resolve(name));
    }

    private synchronized void makeRoom() throws IOException {
        record Kept(Path file, long bytes, FileTime used) {}
        var kept = new ArrayList<Kept>();
        try (var files = Files.list(directory)) {
            for (var file : files.filter(f -> !isUnfinished(f)).toList()) {
                kept.add(new Kept(file, Files.size(file), Files.getLastModifiedTime(file)));
            }
        }
        long total = kept.stream().mapToLong(Kept::bytes).sum();
        kept.sort(Comparator.comparing(Kept::used));
        for (var oldest : kept) {
            if (total <= limit) {
                return;
            }
            Files.deleteIfExists(oldest.file());
            total -= oldest.bytes();
        }
    }
}
