package dev.coil.scheduler.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.source.SourceKind;
import dev.coil.scheduler.blob.Bucket;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets gateways that share a bucket have each other's sources. Each commit that was submitted is an object, a git pack of what the
 * objects that were there before do not have:
 *
 * <pre>
 * sources/[KIND/]PROJECT.git/COMMIT/pack
 * sources/[KIND/]PROJECT.git/COMMIT/cut     of a history that is cut off: where it is
 * </pre>
 *
 * The history of a commit whose pack is there is in the packs that are there, whole, as nothing is ever removed. So a repository that has
 * taken in all of them lacks nothing.
 */
final class SharedSources {

    private static final Logger log = LoggerFactory.getLogger(SharedSources.class);
    private static final Duration LIMIT = Duration.ofHours(1);
    private static final String REFS = "refs/coil";
    private static final String PACK = "/pack";
    private static final String CUT = "/cut";

    private final SourceStore store;
    private final Bucket bucket;
    private final Map<Path, Object> locks = new ConcurrentHashMap<>();

    SharedSources(SourceStore store, Bucket bucket) {
        this.store = store;
        this.bucket = bucket;
    }

    /** Takes in what other gateways have kept. */
    void bring(String project, SourceKind kind) throws IOException {
        var kept = kept(project, kind);
        if (kept.isEmpty()) {
            return;
        }
        var repository = store.findOrCreate(project, kind);
        synchronized (lock(repository)) {
            takeIn(repository, folder(project, kind), kept);
        }
    }

    /** Keeps the newest commits that were pushed here, so that other gateways can take them in. */
    void keep(String project, SourceKind kind) throws IOException {
        var repository = store.find(project, kind).orElse(null);
        if (repository == null) {
            return;
        }
        synchronized (lock(repository)) {
            var kept = kept(project, kind);
            var fresh = new TreeSet<>(refs(repository, Housekeeping.COMMITS));
            fresh.removeAll(kept.keySet());
            if (fresh.isEmpty()) {
                return;
            }
            // What others have kept must be here to be left out.
            takeIn(repository, folder(project, kind), kept);
            var known = new HashSet<>(kept.keySet());
            for (var commit : fresh) {
                keep(repository, folder(project, kind) + commit, commit, known, kind);
                known.add(commit);
            }
        }
    }

    private Object lock(Path repository) {
        return locks.computeIfAbsent(repository, r -> new Object());
    }

    private static String folder(String project, SourceKind kind) {
        return "sources/" + kind.repository(project) + "/";
    }

    /** The sizes of the packs that are in the bucket, by commit. */
    private Map<String, Long> kept(String project, SourceKind kind) throws IOException {
        var folder = folder(project, kind);
        var kept = new LinkedHashMap<String, Long>();
        for (var entry : bucket.list(folder)) {
            var name = entry.key().substring(folder.length());
            var commit = name.endsWith(PACK) ? name.substring(0, name.length() - PACK.length()) : "";
            if (SourceStore.isObjectId(commit)) {
                kept.put(commit, entry.size());
            }
        }
        return kept;
    }

    /** The commits that have a ref, each of which is named by its commit. */
    private Set<String> refs(Path repository, String below) throws IOException {
        var commits = new HashSet<String>();
        run(repository, "", "for-each-ref", "--format=%(objectname)", below)
                .lines()
                .forEach(commits::add);
        return commits;
    }

    private void takeIn(Path repository, String folder, Map<String, Long> kept) throws IOException {
        var absent = new ArrayList<>(kept.keySet());
        absent.removeAll(refs(repository, REFS));
        if (absent.isEmpty()) {
            return;
        }
        for (var commit : absent) {
            takeInPack(repository, folder + commit + PACK, kept.get(commit));
        }
        takeInCuts(repository, folder, absent);
        // Only now is all there that they need; a ref says that it has been taken in.
        var updates = new StringBuilder();
        absent.forEach(commit -> updates.append("update ")
                .append(Housekeeping.COMMITS)
                .append('/')
                .append(commit)
                .append(' ')
                .append(commit)
                .append('\n'));
        run(repository, updates.toString(), "update-ref", "--stdin");
        log.info("took {} commits into {} that were pushed to other gateways", absent.size(), repository);
    }

    private void takeInPack(Path repository, String key, long size) throws IOException {
        var file = Files.createTempFile(repository, "coil-", ".pack");
        try {
            try (var content = bucket.read(key, 0, size)) {
                Files.copy(content, file, StandardCopyOption.REPLACE_EXISTING);
            }
            stream(repository, file, null, "", "index-pack", "--stdin");
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private void keep(Path repository, String name, String commit, Set<String> known, SourceKind kind)
            throws IOException {
        var revisions = new StringBuilder(commit).append('\n');
        known.forEach(other -> revisions.append('^').append(other).append('\n'));
        var file = Files.createTempFile(repository, "coil-", ".pack");
        try {
            stream(repository, null, file, revisions.toString(), "pack-objects", "--revs", "--stdout", "-q");
            if (kind.isShallow()) {
                bucket.put(name + CUT, repository.resolve("shallow"));
            }
            bucket.put(name + PACK, file);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** A commit at which a history is cut off must be known to be one, or git takes its parents to be lost. */
    private void takeInCuts(Path repository, String folder, List<String> commits) throws IOException {
        var cuts = new TreeSet<String>();
        for (var commit : commits) {
            for (var entry : bucket.list(folder + commit + CUT)) {
                try (var content = bucket.read(entry.key(), 0, entry.size())) {
                    new String(content.readAllBytes(), UTF_8).lines().forEach(cuts::add);
                }
            }
        }
        if (cuts.isEmpty()) {
            return;
        }
        var shallow = repository.resolve("shallow");
        var lock = repository.resolve("shallow.lock");
        try {
            Files.writeString(lock, "", StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new IOException("somebody pushes to " + repository + " just now; try again", e);
        }
        try {
            if (Files.exists(shallow)) {
                cuts.addAll(Files.readAllLines(shallow));
            }
            cuts.removeIf(commit -> !store.hasCommit(repository, commit));
            Files.write(lock, cuts);
            Files.move(lock, shallow, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(lock);
        }
    }

    private String run(Path repository, String input, String... arguments) throws IOException {
        var result = store.git().run(repository, LIMIT, input, arguments);
        if (result.exitCode() != 0) {
            throw failure(arguments[0], result.exitCode(), result.output());
        }
        return result.output();
    }

    /** Runs git with a file, or a short text, as its input, or a file as its output. */
    private void stream(Path repository, @Nullable Path from, @Nullable Path to, String input, String... arguments)
            throws IOException {
        var errors = Files.createTempFile(repository, "coil-", ".err");
        try {
            var command = store.git().command(repository, List.of(arguments)).redirectError(errors.toFile());
            if (from != null) {
                command.redirectInput(from.toFile());
            }
            command.redirectOutput(
                    to == null ? ProcessBuilder.Redirect.DISCARD : ProcessBuilder.Redirect.to(to.toFile()));
            var process = store.git().start(command);
            try (var in = process.getOutputStream()) {
                in.write(input.getBytes(UTF_8));
            }
            if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
                GitProcess.stop(process, Duration.ZERO);
                throw new IOException("git " + arguments[0] + " took longer than " + LIMIT);
            }
            if (process.exitValue() != 0) {
                throw failure(arguments[0], process.exitValue(), Files.readString(errors));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while git was working", e);
        } finally {
            Files.deleteIfExists(errors);
        }
    }

    private static IOException failure(String command, int exitCode, String output) {
        return new IOException("git " + command + " ended with " + exitCode + ": " + output.strip());
    }
}
