package dev.coil.scheduler.source;

import dev.coil.protocol.source.SourceKind;
import dev.coil.scheduler.blob.Bucket;
import dev.coil.scheduler.http.Refused;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The projects' bare repositories in one directory, each at {@link SourceKind#repository}. */
public final class SourceStore {

    private static final Pattern OBJECT_ID = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");
    private static final Duration SHORT = Duration.ofSeconds(30);

    private final Path directory;
    private final GitProgram git;
    private final @Nullable SharedSources shared;

    /** @param directory is made where it is absent */
    public SourceStore(Path directory) throws IOException {
        this(directory, "git", null);
    }

    /** @param bucket where gateways keep sources for each other; {@code null} if this is the only one that is asked for them */
    public SourceStore(Path directory, @Nullable Bucket bucket) throws IOException {
        this(directory, "git", bucket);
    }

    /** @param program the git program: a name to look up in the path, or a path */
    public SourceStore(Path directory, String program) throws IOException {
        this(directory, program, null);
    }

    private SourceStore(Path directory, String program, @Nullable Bucket bucket) throws IOException {
        this.directory = directory;
        this.shared = bucket == null ? null : new SharedSources(this, bucket);
        this.git = new GitProgram(program);
        Files.createDirectories(directory);
    }

    /** Whether the text has the form of an object's full id. */
    public static boolean isObjectId(String text) {
        return OBJECT_ID.matcher(text).matches();
    }

    /**
     * Whether a project's repositories have a commit, or those of other gateways, from which it is brought here then.
     *
     * @throws Refused with 503 if git or the bucket does not answer
     */
    public boolean hasCommit(String project, String objectId) {
        if (!isObjectId(objectId)) {
            throw new IllegalArgumentException("'" + objectId + "' is no object id");
        }
        if (isHere(project, objectId)) {
            return true;
        }
        try {
            for (var kind : SourceKind.having(objectId)) {
                bring(project, kind);
            }
        } catch (IOException e) {
            throw Refused.unavailable("the node cannot look for commit " + objectId + " elsewhere: " + e.getMessage());
        }
        return isHere(project, objectId);
    }

    private boolean isHere(String project, String objectId) {
        return SourceKind.having(objectId).stream()
                .flatMap(kind -> find(project, kind).stream())
                .anyMatch(repository -> hasCommit(repository, objectId));
    }

    boolean hasCommit(Path repository, String objectId) {
        try {
            var type = git.run(repository, SHORT, "", "cat-file", "-t", objectId);
            return type.exitCode() == 0 && type.output().strip().equals("commit");
        } catch (IOException e) {
            throw Refused.unavailable(String.valueOf(e.getMessage()));
        }
    }

    /** Brings here what was pushed to other gateways. */
    void bring(String project, SourceKind kind) throws IOException {
        if (shared != null) {
            shared.bring(project, kind);
        }
    }

    /**
     * Lets other gateways have what was pushed here for a project.
     *
     * @throws Refused with 503 if it cannot
     */
    public void share(String project) {
        if (shared == null) {
            return;
        }
        try {
            for (var kind : SourceKind.values()) {
                shared.keep(project, kind);
            }
        } catch (IOException e) {
            throw Refused.unavailable("the node cannot keep the sources for others: " + e.getMessage());
        }
    }

    GitProgram git() {
        return git;
    }

    Optional<Path> find(String project, SourceKind kind) {
        var repository = path(project, kind);
        return Files.isDirectory(repository) ? Optional.of(repository) : Optional.empty();
    }

    /** The project's repository, made if there is none. */
    Path findOrCreate(String project, SourceKind kind) throws IOException {
        var repository = path(project, kind);
        if (Files.isDirectory(repository)) {
            return repository;
        }
        var fresh = Files.createTempDirectory(directory, ".new-");
        try {
            var format = "--object-format=" + (kind.isSha256() ? "sha256" : "sha1");
            var made = git.run(fresh, SHORT, "", "init", "--quiet", "--bare", "--template=", format, ".");
            if (made.exitCode() != 0) {
                throw new IOException("git cannot make the repository of " + project + ": "
                        + made.output().strip());
            }
            Files.createDirectories(directory.resolve(kind.prefix()));
            Files.move(fresh, repository, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            // Somebody else's first push was faster.
            if (!Files.isDirectory(repository)) {
                throw e;
            }
        } finally {
            deleteTree(fresh);
        }
        return repository;
    }

    private Path path(String project, SourceKind kind) {
        return directory.resolve(kind.repository(ProjectName.check(project)));
    }

    static void deleteTree(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var paths = Files.walk(tree)) {
                for (var path : (Iterable<Path>) paths.sorted(Comparator.reverseOrder())::iterator) {
                    Files.delete(path);
                }
            }
        }
    }
}
