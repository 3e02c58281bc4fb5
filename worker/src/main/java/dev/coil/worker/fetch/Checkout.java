package dev.coil.worker.fetch;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A work tree of a commit whose objects stay in the mirror (git's alternates). The repository's few files are written here, so that
 * a checkout costs one process; what {@code git clone --shared} and {@code git checkout} leave is the same.
 */
final class Checkout {

    private static final String ALTERNATES = ".git/objects/info/alternates";

    /** Which commit a repository was made for, wherever the task then moves its HEAD. */
    private static final String COMMIT = "COIL_HEAD";

    private static final String ACTIVE = "[submodule]\n\tactive = .\n";
    private static final String SHALLOW = "shallow";

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
        Files.writeString(repository.resolve(COMMIT), commit + "\n");
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
                && Files.isRegularFile(workspace.resolve(".git").resolve(COMMIT), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(workspace.resolve(".git/objects/info"), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(workspace.resolve(".git/objects"), LinkOption.NOFOLLOW_LINKS)
                && Files.isDirectory(workspace.resolve(".git"), LinkOption.NOFOLLOW_LINKS);
    }

    /** Makes a work tree's submodules what they are after {@code git submodule init}. */
    static void activateSubmodules(Path workspace) throws IOException {
        var config = workspace.resolve(".git/config");
        if (!Files.readString(config).contains(ACTIVE)) {
            Files.writeString(config, ACTIVE, StandardOpenOption.APPEND);
        }
    }

    /** All such work trees in a directory, itself among them. */
    static List<Path> borrowersBelow(Path directory) throws IOException {
        try (var files = Files.walk(directory)) {
            return files.filter(file -> file.endsWith(COMMIT))
                    .map(file -> file.getParent().getParent())
                    .filter(Checkout::isBorrowing)
                    .toList();
        }
    }

    /** The commit that a work tree was made of; {@code null} if that is not to be told. */
    static @Nullable String commitOf(Path workspace) throws IOException {
        var commit = Files.readString(workspace.resolve(".git").resolve(COMMIT)).strip();
        return commit.matches("[0-9a-f]{40}|[0-9a-f]{64}") ? commit : null;
    }

    /** Points a work tree, also one that another worker made, at this worker's mirror. */
    static void borrowFrom(Path mirror, Path workspace) throws IOException {
        Files.writeString(workspace.resolve(ALTERNATES), mirror.resolve("objects") + "\n");
        var cuts = mirror.resolve(SHALLOW);
        // Where a history is cut off is not among the objects.
        if (Files.exists(cuts)) {
            Files.copy(cuts, workspace.resolve(".git").resolve(SHALLOW), StandardCopyOption.REPLACE_EXISTING);
        }
    }
}
