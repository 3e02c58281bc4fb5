package dev.coil.viewer.archive;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Artifacts as they can be looked into. Any thread may ask. */
public final class Archives {

    private final OpenedFiles files;
    private final Trees trees;
    private final ArchiveLimits limits;

    /** @param directory of its own, for what must lie on the disk to be read; emptied at the start */
    public Archives(ArchiveSource source, Path directory, ArchiveLimits limits) throws IOException {
        files = new OpenedFiles(source, directory, limits);
        trees = new Trees(limits.remembered());
        this.limits = limits;
    }

    /**
     * Opens the archive of this SHA-256, which takes the time that unpacking it takes if nobody has looked into it lately.
     *
     * @return {@code null} if it is not kept any more
     * @throws Unreadable if it is no archive, or too large
     * @throws NotNow if the disk is full, or where archives are kept is not reached
     */
    public @Nullable OpenArchive open(String sha256) throws IOException {
        var file = files.open(sha256);
        if (file == null) {
            return null;
        }
        try {
            var all = new Region(file, 0, file.size());
            var tree = trees.get(sha256, () -> TarReader.read(all, limits.entries()));
            return new OpenArchive(sha256, all, tree, trees, limits);
        } catch (IOException | RuntimeException e) {
            file.close();
            throw e;
        }
    }
}
