package dev.coil.worker.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/**
 * A work tree of a commit whose objects stay in the mirror (git's alternates). The repository's few files are written here, so that
 * a checkout costs one process; what {@code git clone --shared} and {@code git checkout} leave is the same.
 */
final class Checkout {

    private static final String ALTERNATES = ".git/objects/info/alternates";

    private final Git git;

    Checkout(Git git) {
        this.git = git;
    }

    /** @param workspace an empty directory */
    void checkOut(Path mirror, String commit, Path workspace) throws IOException, InterruptedException {
        var repository = workspace.resolve(".git");
        Files.createDirectories(repository.resolve("objects/info"));
        Files.createDirectories(repository.resolve("refs/heads"));
        borrowFrom(mirror, workspace);
        Files.writeString(repository.resolve("HEAD"), commit + "\n");
        Files.writeString(repository.resolve("config"), config(commit.length() == 64));
        git.run(workspace, "read-tree", "--reset", "-u", "HEAD");
    }

    private static String config(boolean sha256) {
        return "[core]\n\trepositoryformatversion = " + (sha256 ? 1 : 0)
                + "\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n"
                + (sha256 ? "[extensions]\n\tobjectformat = sha256\n" : "");
    }

    /** Whether a tree that came from elsewhere is such a work tree. */
    static boolean isBorrowing(Path workspace) {
        return Files.isRegularFile(workspace.resolve(ALTERNATES), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(workspace.resolve(".git/objects"), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(workspace.resolve(".git"), LinkOption.NOFOLLOW_LINKS);
    }

    /** Points a work tree, also one that another worker made, at this worker's mirror. */
    static void borrowFrom(Path mirror, Path workspace) throws IOException {
        Files.writeString(workspace.resolve(ALTERNATES), mirror.resolve("objects") + "\n");
    }
}
