package dev.coil.worker.fetch;

import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.blob.BlobCache;
import dev.coil.worker.blob.Node;
import dev.coil.worker.blob.Retries;
import dev.coil.worker.blob.Unpacking;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.function.Consumer;

/** The stage: makes the workspace that a task starts in. */
public final class Fetch {

    private final Mirrors mirrors;
    private final Checkouts checkouts;
    private final BlobCache blobs;
    private final long disk;

    /**
     * @param directory the worker's, in which the mirrors are
     * @param disk bytes that may be unpacked for a task that does not say how much disk it needs
     */
    public Fetch(Path directory, Node node, BlobCache blobs, Retries retries, long disk) throws IOException {
        this.disk = disk;
        var git = new Git(Files.createDirectories(directory.resolve("mirrors")));
        mirrors = new Mirrors(directory.resolve("mirrors"), git, node, retries);
        this.checkouts = new Checkouts(git, mirrors, new LargeFiles(git, blobs));
        this.blobs = blobs;
    }

    /**
     * Fills an empty directory with what the task starts from: its commit, or the tree of another task, or nothing; and then what it
     * downloads.
     *
     * @param log hears what is done
     */
    public Workspace prepare(ReadyTask task, Path root, Consumer<String> log)
            throws InfraTrouble, TaskFault, InterruptedException {
        var room = Objects.requireNonNullElse(task.action().resources().disk(), disk);
        var allowance = new Unpacking.Allowance(room);
        try {
            if (task.action().from() != null) {
                unpackTree(task, root, allowance, log);
            } else {
                checkouts.make(task, new Workspace(root, start(task, root)), log);
            }
            var workspace = new Workspace(root, directory(task, root));
            download(task, workspace, allowance, log);
            return workspace;
        } catch (Unpacking.TooMuch e) {
            throw new TaskFault("its inputs do not fit into the disk that the task may use: " + e.getMessage()
                    + " (resources: {disk: …} asks for more)");
        } catch (IOException | UncheckedIOException e) {
            throw new InfraTrouble("cannot prepare the workspace " + root + ": " + e.getMessage(), e);
        }
    }

    /** Whether the tree in which the task starts, or a repository of its project, is here already. */
    public boolean isWarm(ReadyTask task) {
        var tree = task.fromTree();
        if (tree != null) {
            return blobs.has(tree);
        }
        return task.action().repositories().isEmpty() || mirrors.has(task.project());
    }

    private void unpackTree(ReadyTask task, Path root, Unpacking.Allowance allowance, Consumer<String> log)
            throws InfraTrouble, InterruptedException, IOException {
        var tree = task.fromTree();
        if (tree == null) {
            throw new InfraTrouble("the tree in which the task starts was not kept");
        }
        try (var content = blobs.open(tree)) {
            Unpacking.unpack(content, root, allowance);
        }
        checkouts.adopt(task, root);
        log.accept("coil: starts in the tree that the task of 'from' left");
    }

    /**
     * The directory that the task starts in, which may not be there yet: the graph's. Where the project's own repository is checked out
     * below the workspace's top, it is that.
     */
    private static Path start(ReadyTask task, Path root) throws InfraTrouble {
        boolean elsewhere = task.action().repositories().stream()
                .anyMatch(checkout -> checkout.isOwn() && !checkout.path().isEmpty());
        var directory =
                elsewhere ? root : root.resolve(task.source().directory()).normalize();
        if (!directory.startsWith(root)) {
            throw new InfraTrouble("the graph's directory " + task.source().directory() + " is outside the workspace");
        }
        return directory;
    }

    /** Only a checkout brings the graph's directory along; elsewhere it is made, so that paths mean the same. */
    private static Path directory(ReadyTask task, Path root) throws IOException, InfraTrouble {
        var directory = start(task, root);
        if (!Files.exists(directory)) {
            Files.createDirectories(directory);
        }
        if (!directory.toRealPath().equals(directory)) {
            throw new InfraTrouble("the graph's directory " + task.source().directory() + " is behind a symbolic link");
        }
        return directory;
    }

    private void download(ReadyTask task, Workspace workspace, Unpacking.Allowance allowance, Consumer<String> log)
            throws InfraTrouble, TaskFault, InterruptedException, IOException {
        var wanted = task.action().downloads();
        if (wanted.size() != task.downloads().size()) {
            throw new InfraTrouble("of " + wanted.size() + " downloads only "
                    + task.downloads().size() + " are to be had");
        }
        for (int i = 0; i < wanted.size(); i++) {
            var download = wanted.get(i);
            var target = workspace.inside("download of '" + download.artifact() + "'", download.path());
            try (var content = blobs.open(task.downloads().get(i))) {
                Unpacking.unpackTo(content, target, download.path().endsWith("/"), allowance);
            }
            log.accept("coil: unpacked artifact '" + download.artifact() + "' to " + download.path());
        }
    }

    /** The text that the shell gets. */
    public String script(ReadyTask task) throws InfraTrouble, InterruptedException {
        if (task.action().scriptBlob() == null) {
            return task.action().script();
        }
        try (var content = blobs.open(Objects.requireNonNull(task.action().scriptBlob()))) {
            return new String(content.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new InfraTrouble("cannot read the task's script: " + e.getMessage(), e);
        }
    }
}
