package dev.coil.scheduler.blob;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    List<String> all() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(BlobStore::isDigest)
                    .toList();
        }
    }
}
