package dev.coil.scheduler.blob;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The blobs that nobody names any more and that are still there, over restarts: an empty file for each. */
final class Unneeded {

    private final Path directory;

    Unneeded(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
    }

    void add(String digest) throws IOException {
        try {
            Files.createFile(directory.resolve(digest));
        } catch (FileAlreadyExistsException e) {
            return;
        }
    }

    void remove(String digest) throws IOException {
        Files.deleteIfExists(directory.resolve(digest));
    }

    /** Lets a blob be looked at later. */
    void postpone(String digest) throws IOException {
        try {
            Files.setLastModifiedTime(directory.resolve(digest), FileTime.from(Instant.now()));
        } catch (NoSuchFileException e) {
            // A run has named it meanwhile.
            return;
        }
    }

    /** Those that were added or put off that long ago. */
    List<String> due(Duration wait) throws IOException {
        var then = FileTime.from(Instant.now().minus(wait));
        var due = new ArrayList<String>();
        try (var files = Files.newDirectoryStream(directory, file -> isDue(file, then))) {
            for (var file : files) {
                due.add(file.getFileName().toString());
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return due;
    }

    private static boolean isDue(Path file, FileTime then) throws IOException {
        try {
            return BlobStore.isDigest(file.getFileName().toString())
                    && Files.getLastModifiedTime(file).compareTo(then) <= 0;
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
