package dev.coil.worker.report;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Action.Artifact;
import dev.coil.protocol.graph.AttemptResult.StoredArtifact;
import dev.coil.worker.blob.BlobCache;
import dev.coil.worker.blob.Eyes;
import dev.coil.worker.blob.Packing;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.fetch.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Keeps what a task leaves: its artifacts, and its whole tree where another task starts in it. */
public final class Artifacts {

    private final BlobCache blobs;
    private final Eyes eyes;

    /** @param eyes that look for what is to be kept */
    public Artifacts(BlobCache blobs, Eyes eyes) {
        this.blobs = blobs;
        this.eyes = eyes;
    }

    /**
     * Keeps the artifacts that the task promises; of one that did not succeed, those that are there and always wanted.
     *
     * @throws TaskFault if a task that succeeded did not make one of them
     */
    public List<StoredArtifact> keep(Action action, boolean success, Workspace workspace, AttemptLog log)
            throws TaskFault, InfraTrouble, InterruptedException {
        var kept = new ArrayList<StoredArtifact>();
        for (var artifact : action.artifacts()) {
            if (success || artifact.always()) {
                var stored = keep(artifact, workspace, log);
                if (stored != null) {
                    kept.add(stored);
                } else if (success) {
                    throw new TaskFault("artifact '" + artifact.name() + "': " + artifact.path()
                            + (Glob.isOne(artifact.path()) ? " matches nothing" : " does not exist")
                            + misplaced(artifact.path(), action.workingDirectory(), workspace));
                }
            }
        }
        return kept;
    }

    /** Where a path was probably meant to begin. */
    private static String misplaced(String path, String workingDirectory, Workspace workspace) {
        var meant = Path.of(workingDirectory).resolve(path).normalize();
        return workingDirectory.isEmpty() || !Files.exists(workspace.directory().resolve(meant))
                ? ""
                : ", but " + meant + " does: paths begin where the graph file is, not at working-directory";
    }

    /**
     * A directory's content becomes the root of its archive; what a glob matches lies in it as it does below the last directory
     * before the first wildcard; one file has its bare name.
     */
    private @Nullable StoredArtifact keep(Artifact artifact, Workspace workspace, AttemptLog log)
            throws TaskFault, InfraTrouble, InterruptedException {
        var use = "artifact '" + artifact.name() + "'";
        var archive = blobs.scratch();
        try {
            var path = workspace.inside(use, artifact.path());
            Packing.Packed packed;
            if (Files.isDirectory(path)) {
                packed = Packing.directory(path, archive, eyes, note(log, use));
            } else if (Files.exists(path)) {
                packed = Packing.file(path, archive, eyes, note(log, use));
            } else {
                var found = Glob.isOne(artifact.path()) ? find(artifact.path(), workspace) : List.<Path>of();
                if (found.isEmpty()) {
                    return null;
                }
                var root = workspace.inside(use, Glob.base(artifact.path()));
                packed = Packing.paths(root, found, archive, eyes, note(log, use));
            }
            blobs.keep(packed);
            log.say("coil: kept " + use + ": " + packed.files() + (packed.files() == 1 ? " file, " : " files, ")
                    + packed.bytes() + " bytes");
            return new StoredArtifact(artifact.name(), packed.sha256(), packed.bytes(), packed.files());
        } catch (FileSystemException | UncheckedIOException e) {
            throw new TaskFault(use + " cannot be read: " + describe(e));
        } catch (IOException e) {
            throw new InfraTrouble("cannot archive " + use + ": " + e.getMessage(), e);
        } finally {
            archive.toFile().delete();
        }
    }

    private List<Path> find(String glob, Workspace workspace) throws IOException {
        return Glob.compile(glob.startsWith("./") ? glob.substring(2) : glob).findIn(workspace.directory(), eyes);
    }

    /** Keeps the whole workspace. @return the archive's digest */
    public String keepTree(Workspace workspace, AttemptLog log) throws TaskFault, InfraTrouble, InterruptedException {
        var archive = blobs.scratch();
        try {
            var packed = Packing.directory(workspace.root(), archive, eyes, note(log, "tree"));
            blobs.keep(packed);
            return packed.sha256();
        } catch (FileSystemException | UncheckedIOException e) {
            throw new TaskFault("the tree that the task left cannot be read: " + describe(e));
        } catch (IOException e) {
            throw new InfraTrouble("cannot archive the tree that the task left: " + e.getMessage(), e);
        } finally {
            archive.toFile().delete();
        }
    }

    private static String describe(Exception e) {
        return e instanceof AccessDeniedException
                ? "no permission for " + e.getMessage()
                : String.valueOf(e.getMessage());
    }

    private static Consumer<String> note(AttemptLog log, String use) {
        return text -> log.say("coil: " + use + ": " + text);
    }
}
