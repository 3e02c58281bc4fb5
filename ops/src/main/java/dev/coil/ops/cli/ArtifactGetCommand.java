package dev.coil.ops.cli;

import dev.coil.ops.client.Attempt;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.RequestRefused;
import dev.coil.ops.client.Task;
import dev.coil.ops.files.Temporary;
import dev.coil.protocol.graph.DidYouMean;
import dev.coil.worker.blob.Unpacking;
import dev.coil.worker.program.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "get", description = "Fetch an artifact and unpack it.")
final class ArtifactGetCommand extends Verb {

    private static final int NOT_FOUND = 404;

    @Parameters(index = "0", paramLabel = "RUN", description = RunName.DESCRIPTION)
    private String runName = "";

    @Parameters(index = "1", paramLabel = "TASK", description = "The task's name.")
    private String taskName = "";

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "NAME",
            description = "The artifact's name (default: the only one that the task has).")
    private @Nullable String name;

    @Option(
            names = "-o",
            paramLabel = "DIR",
            description = {"Where to unpack it (default: here).", "- prints the one file that it holds."})
    private @Nullable Path directory;

    @Option(names = "--archive", paramLabel = "FILE", description = "Keep the archive (.tar.gz) instead.")
    private @Nullable Path archive;

    ArtifactGetCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        if (directory != null && archive != null) {
            throw CommandFailed.usage("-o and --archive exclude each other");
        }
        var node = Nodes.client(world);
        var task = TaskNames.find(node.run(RunName.resolve(world, node, runName)), taskName);
        var artifact = name == null ? only(task) : find(task, name);
        if (directory != null && directory.toString().equals("-")) {
            print(node, artifact);
            return ExitCodes.OK;
        }
        var target = world.directory()
                .resolve(archive != null ? archive : directory != null ? directory : Path.of(""))
                .normalize();
        try {
            fetch(node, artifact, target);
        } catch (IOException e) {
            throw CommandFailed.error("cannot write the artifact to " + target + ": " + Reason.of(e));
        }
        if (json) {
            printJson(artifact);
        } else {
            note(artifact.files() + (artifact.files() == 1 ? " file" : " files") + " in " + target);
        }
        return ExitCodes.OK;
    }

    private void print(NodeClient node, Attempt.Artifact artifact) {
        if (json) {
            throw CommandFailed.usage("--json and -o - exclude each other: both are for standard output");
        }
        if (artifact.files() != 1) {
            throw CommandFailed.usage("only a single file can be printed, and " + artifact.name() + " holds "
                    + artifact.files() + ": unpack it with -o DIR");
        }
        try (var temporary = Temporary.directory("coil-artifact-")) {
            var archive = temporary.path().resolve("archive");
            download(node, artifact, archive);
            var unpacked = Files.createDirectory(temporary.path().resolve("files"));
            try (var packed = Files.newInputStream(archive)) {
                Unpacking.unpack(packed, unpacked);
            }
            try (var files = Files.walk(unpacked)) {
                var file = files.filter(Files::isRegularFile)
                        .findFirst()
                        .orElseThrow(() -> CommandFailed.usage(
                                "what " + artifact.name() + " holds is no regular file: unpack it with -o DIR"));
                Files.copy(file, world.out());
            }
        } catch (IOException e) {
            throw CommandFailed.error("cannot print the artifact " + artifact.name() + ": " + Reason.of(e));
        }
    }

    /** Through a file beside the target, so that nothing is unpacked before its digest is known to be right. */
    private void fetch(NodeClient node, Attempt.Artifact artifact, Path target) throws IOException {
        var beside = archive == null ? target : target.getParent();
        Files.createDirectories(beside);
        var temporary =
                beside.resolve(".coil-artifact-" + ProcessHandle.current().pid() + ".part");
        try (var removed = Temporary.at(temporary)) {
            download(node, artifact, temporary);
            if (archive != null) {
                Files.move(temporary, target, StandardCopyOption.REPLACE_EXISTING);
            } else {
                try (var packed = Files.newInputStream(temporary)) {
                    Unpacking.unpack(packed, target);
                }
            }
        }
    }

    private static void download(NodeClient node, Attempt.Artifact artifact, Path file) throws IOException {
        var digest = sha256();
        try (var blob = new DigestInputStream(blob(node, artifact), digest)) {
            Files.copy(blob, file, StandardCopyOption.REPLACE_EXISTING);
        }
        if (!HexFormat.of().formatHex(digest.digest()).equals(artifact.sha256())) {
            throw new IOException("what came is not what was kept: the digest differs");
        }
    }

    private static InputStream blob(NodeClient node, Attempt.Artifact artifact) {
        try {
            return node.blob(artifact.sha256());
        } catch (RequestRefused e) {
            var expired = artifact.expiresAt();
            if (e.status() == NOT_FOUND && expired != null && expired.isBefore(Instant.now())) {
                throw CommandFailed.error("the artifact " + artifact.name() + " expired on " + expired
                        + ": run its task again to have it anew");
            }
            throw e;
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    private static Attempt.Artifact only(Task task) {
        var artifacts = task.artifacts();
        if (artifacts.size() == 1) {
            return artifacts.get(0);
        }
        var names = artifacts.stream().map(Attempt.Artifact::name).toList();
        throw CommandFailed.usage(
                names.isEmpty()
                        ? task.name() + " has no artifacts"
                        : task.name() + " has " + names.size() + " artifacts, say which: " + String.join(", ", names));
    }

    private static Attempt.Artifact find(Task task, String name) {
        var artifacts = task.artifacts();
        return artifacts.stream()
                .filter(artifact -> artifact.name().equals(name))
                .findFirst()
                .orElseThrow(() -> {
                    var names = artifacts.stream().map(Attempt.Artifact::name).toList();
                    var hint = DidYouMean.hint(name, names);
                    return CommandFailed.usage(task.name() + " has no artifact '" + name + "'"
                            + (hint != null
                                    ? "; " + hint
                                    : names.isEmpty() ? "" : "; it has " + String.join(", ", names)));
                });
    }
}
