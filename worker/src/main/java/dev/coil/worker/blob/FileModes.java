package dev.coil.worker.blob;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/** The nine permission bits of files, where the file system has them. */
final class FileModes {

    private static final boolean UNIX =
            FileSystems.getDefault().supportedFileAttributeViews().contains("unix");
    private static final int PERMISSIONS = 0777;

    private FileModes() {}

    static int of(Path path, boolean directory) throws IOException {
        if (!UNIX) {
            return directory ? 0755 : 0644;
        }
        return (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & PERMISSIONS;
    }

    /** Sets what an archive says; never the set-user and set-group bits. */
    static void set(Path path, int mode) throws IOException {
        if (UNIX) {
            Files.setAttribute(path, "unix:mode", mode & PERMISSIONS);
        }
    }
}
