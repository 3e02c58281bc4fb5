package dev.coil.worker.fetch;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;

/** Checks out everything that a task wants: the run's commit, further repositories, submodules, large files. */
final class Checkouts {

    private final Git git;
    private final Mirrors mirrors;
    private final Checkout checkout;
    private final LargeFiles largeFiles;

    Checkouts(Git git, Mirrors mirrors, LargeFiles largeFiles) {
        this.git = git;
        this.mirrors = mirrors;
        this.checkout = new Checkout(git);
        this.largeFiles = largeFiles;
    }

    /**
     * Makes them all, in order.
     *
     * @param workspace empty but for the directory that the task starts in
     */
    void make(ReadyTask task, Workspace workspace, Consumer<String> log)
            throws InfraTrouble, TaskFault, InterruptedException, IOException {
        for (var wanted : task.action().repositories()) {
            var commit = task.source().commitOf(wanted);
            if (commit == null) {
                throw new InfraTrouble("the task wants a checkout"
                        + (wanted.isOwn() ? "" : " of " + wanted.repository()) + ", but its run has no commit for it");
            }
            var place = place(workspace, wanted);
            checkOut(task.project(), commit, place);
            log.accept("coil: checked out " + commit + (wanted.isOwn() ? "" : " of " + wanted.repository())
                    + (wanted.path().isEmpty() ? "" : " to " + wanted.path()));
            if (wanted.submodules() != Action.Submodules.NONE) {
                submodules(task.project(), place, wanted, log);
            }
            largeFiles(wanted, place, log);
        }
    }

    private static Path place(Workspace workspace, Action.Checkout wanted) throws TaskFault, IOException {
        var name = wanted.isOwn() ? "the project's own repository" : String.valueOf(wanted.repository());
        var base = wanted.isOwn() ? new Workspace(workspace.root(), workspace.root()) : workspace;
        var place = base.inside("checkout of " + name, wanted.path());
        if (!wanted.path().isEmpty() || !wanted.isOwn()) {
            if (Files.exists(place, LinkOption.NOFOLLOW_LINKS) && !isEmptyDirectory(place)) {
                throw new TaskFault("checkout of " + name + ": there is something at '" + wanted.path()
                        + "' already: give it another 'path'");
            }
            Files.createDirectories(place);
            hide(workspace.root(), place);
        }
        return place;
    }

    private static boolean isEmptyDirectory(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        try (var entries = Files.list(path)) {
            return entries.findAny().isEmpty();
        }
    }

    /** Keeps git from taking a repository in another one's work tree for an untracked file. */
    private static void hide(Path root, Path place) throws IOException {
        var own = root.resolve(".git");
        if (Files.isDirectory(own, LinkOption.NOFOLLOW_LINKS) && !place.equals(root)) {
            Files.createDirectories(own.resolve("info"));
            var pattern = root.relativize(place).toString().replaceAll("[\\\\*?\\[ ]", "\\\\$0");
            Files.writeString(
                    own.resolve("info/exclude"),
                    "/" + pattern + "/\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        }
    }

    private void submodules(String project, Path place, Action.Checkout wanted, Consumer<String> log)
            throws InfraTrouble, InterruptedException, IOException {
        for (var entry : git.run(place, "ls-files", "-s", "-z").split("\0")) {
            if (!entry.startsWith("160000 ")) {
                continue;
            }
            int tab = entry.indexOf('\t');
            var path = entry.substring(tab + 1);
            var commit = entry.substring("160000 ".length(), entry.indexOf(' ', "160000 ".length()));
            var module = Files.createDirectories(place.resolve(path));
            try {
                checkOut(project, commit, module);
            } catch (InfraTrouble e) {
                throw new InfraTrouble("submodule " + path + ": " + e.getMessage(), e);
            }
            Checkout.activateSubmodules(place);
            log.accept("coil: checked out submodule " + path + " at " + commit);
            if (wanted.submodules() == Action.Submodules.RECURSIVE) {
                submodules(project, module, wanted, log);
            }
        }
    }

    private void largeFiles(Action.Checkout wanted, Path place, Consumer<String> log)
            throws InfraTrouble, InterruptedException, IOException {
        if (wanted.lfs()) {
            int count = largeFiles.fill(place);
            log.accept("coil: got the content of " + count + (count == 1 ? " large file" : " large files"));
        } else if (LargeFiles.mayBeIn(place)) {
            log.accept("coil: Git LFS keeps the content of files here elsewhere, and they are pointers to it:"
                    + " 'checkout: {lfs: true}' brings the content");
        }
    }

    /**
     * Lets the repositories of a tree that was kept find their objects on this machine.
     *
     * @param root of the tree
     */
    void adopt(ReadyTask task, Path root) throws InfraTrouble, InterruptedException, IOException {
        var commit = task.source().commit();
        if (Checkout.isBorrowing(root)) {
            if (commit != null) {
                Checkout.borrowFrom(mirrors.with(task.project(), commit), root);
            }
            if (task.source().inputs().isEmpty() && !Files.exists(root.resolve(".gitmodules"))) {
                return;
            }
        }
        for (var repository : Checkout.borrowersBelow(root)) {
            var borrowed = Checkout.commitOf(repository);
            if (borrowed != null && !repository.equals(root)) {
                Checkout.borrowFrom(mirrors.with(task.project(), borrowed), repository);
            }
        }
    }

    private void checkOut(String project, String commit, Path place)
            throws InfraTrouble, IOException, InterruptedException {
        var mirror = mirrors.with(project, commit);
        try {
            checkout.checkOut(mirror, commit, place);
        } catch (Git.Failed e) {
            mirrors.setAsideIfDamaged(mirror, e);
            throw e;
        }
    }
}
