package dev.coil.worker.host;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Files that only their owner may read, where the file system knows of such. */
public final class SecretFile {

    private static final FileAttribute<?> OWNERS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private SecretFile() {}

    /** Adds to a file, which is made if it is not there. For one writer. */
    public static void append(Path file, byte[] content) throws IOException {
        if (!Files.exists(file) && isPosix(file)) {
            Files.createFile(file, OWNERS);
        }
        Files.write(file, content, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private static boolean isPosix(Path file) throws IOException {
        return Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
    }

    /** Writes a file, whole or not at all, in the place of what is there. Nobody else can read it at any moment. */
    public static void write(Path file, byte[] content) throws IOException {
        var fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        if (isPosix(file)) {
            Files.createFile(fresh, OWNERS);
        }
        Files.write(fresh, content);
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
