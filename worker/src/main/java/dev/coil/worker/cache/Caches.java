package dev.coil.worker.cache;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.worker.blob.Archives;
import dev.coil.worker.blob.Digests;
import dev.coil.worker.blob.Eyes;
import dev.coil.worker.blob.Packing;
import dev.coil.worker.blob.Unpacking;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.fetch.Workspace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * An archive for each project, key and path. They are hints: a task must be able to do without, and none fails for what it cannot
 * leave. Pull requests from other repositories read what the project's own runs have left, and leave nothing.
 */
public final class Caches {

    private final Archives archives;
    private final Eyes eyes;
    private final long limit;

    /**
     * @param eyes that look for what is to be kept
     * @param limit bytes, of all archives together; 0 for none at all
     */
    public Caches(Path directory, Eyes eyes, long limit) throws IOException {
        this.archives = new Archives(directory, limit);
        this.eyes = eyes;
        this.limit = limit;
    }

    /** Whether all that a task could find here is here. */
    public boolean isWarm(ReadyTask task) {
        return task.action().caches().stream().allMatch(cache -> archives.has(name(task, cache)));
    }

    /**
     * Puts into the workspace what was kept. An archive that cannot be unpacked is gone afterwards, so the next attempt does without.
     *
     * @param disk bytes that may be unpacked
     * @param log hears what is done
     */
    public void restore(ReadyTask task, Workspace workspace, long disk, Consumer<String> log)
            throws TaskFault, InfraTrouble {
        var allowance = new Unpacking.Allowance(disk);
        for (var cache : task.action().caches()) {
            var name = name(task, cache);
            try (var content = archives.open(name)) {
                var target = workspace.inside(use(cache), cache.path());
                Unpacking.unpackTo(content, target, false, allowance);
                log.accept("coil: unpacked " + use(cache));
            } catch (NoSuchFileException absent) {
                log.accept("coil: " + use(cache) + ": this worker has none yet");
            } catch (Unpacking.TooMuch e) {
                remove(name);
                throw new TaskFault(use(cache) + " does not fit into the disk that the task may use, and was deleted: "
                        + e.getMessage() + " (resources: {disk: …} asks for more)");
            } catch (IOException | UncheckedIOException e) {
                remove(name);
                throw new InfraTrouble(use(cache) + " cannot be unpacked, and was deleted: " + e.getMessage(), e);
            }
        }
    }

    private void remove(String name) throws InfraTrouble {
        try {
            archives.remove(name);
        } catch (IOException e) {
            throw new InfraTrouble("cannot delete a damaged cache: " + e.getMessage(), e);
        }
    }

    /** Keeps what the task leaves; of one that did not succeed, what is always wanted. */
    public void keep(ReadyTask task, boolean success, Workspace workspace, Consumer<String> log) {
        for (var cache : task.action().caches()) {
            if (success || cache.always()) {
                log.accept("coil: " + use(cache) + ": " + keep(task, cache, workspace, log));
            }
        }
    }

    /** @return what has become of it */
    private String keep(ReadyTask task, Action.Cache cache, Workspace workspace, Consumer<String> log) {
        if (task.source().event().equals(Source.FORK)) {
            return "not kept, as pull requests from other repositories leave none";
        }
        if (limit == 0) {
            return "not kept, as this worker's owner does not want any";
        }
        var scratch = archives.scratch();
        try {
            var path = workspace.inside(use(cache), cache.path());
            Consumer<String> notes = note -> log.accept("coil: " + use(cache) + ": " + note);
            if (!Files.exists(path)) {
                return "nothing is there to be kept";
            }
            var packed = Files.isDirectory(path)
                    ? Packing.directory(path, scratch, eyes, notes)
                    : Packing.file(path, scratch, eyes, notes);
            if (packed.bytes() > limit) {
                return "not kept: its " + packed.bytes() + " bytes are more than the " + limit
                        + " that this worker keeps of all caches";
            }
            archives.keep(scratch, name(task, cache));
            return "kept " + packed.files() + (packed.files() == 1 ? " file, " : " files, ") + packed.bytes()
                    + " bytes on this worker";
        } catch (TaskFault | IOException | UncheckedIOException e) {
            return "not kept: " + e.getMessage();
        } finally {
            scratch.toFile().delete();
        }
    }

    private static String use(Action.Cache cache) {
        return "cache '" + cache.path() + "'";
    }

    private static String name(ReadyTask task, Action.Cache cache) {
        return Digests.sha256(task.project() + '\n' + cache.key() + '\n' + cache.path());
    }
}
