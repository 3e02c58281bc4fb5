package dev.coil.ops.cli;

import dev.coil.ops.checkout.GraphText;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "init", description = "Write a first graph file that fits what lies there.")
final class InitCommand extends Verb {

    @Parameters(paramLabel = "PATH", arity = "0..1", description = "The repository (default: here).")
    private @Nullable Path path;

    InitCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var directory = path == null
                ? world.directory()
                : world.directory().resolve(path).normalize();
        if (!Files.isDirectory(directory)) {
            throw CommandFailed.usage("'" + path + "' is not a directory");
        }
        var file = directory.resolve(GraphText.FILE);
        var first = FirstGraph.of(directory);
        try {
            Files.writeString(file, first.text(), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        } catch (FileAlreadyExistsException e) {
            throw CommandFailed.usage(file + " is there already and stays as it is");
        } catch (IOException e) {
            throw CommandFailed.error("cannot write " + file + ": " + e.getMessage());
        }
        if (json) {
            printJson(Map.of("file", file.toString(), "build", first.build(), "placeholders", first.placeholders()));
        } else {
            print(file.toString());
            note(advice(first, isInGit(directory)));
            if (Files.isDirectory(directory.resolve(".github/workflows"))) {
                note(
                        "there are GitHub workflows: 'coil lint -f .github/workflows/NAME.yml' says what their keys are called here");
            }
        }
        return ExitCodes.OK;
    }

    private static boolean isInGit(Path directory) {
        for (var above = directory.toAbsolutePath().normalize(); above != null; above = above.getParent()) {
            if (Files.exists(above.resolve(".git"))) {
                return true;
            }
        }
        return false;
    }

    private static String advice(FirstGraph first, boolean inGit) {
        var written = "written for " + first.build() + "; ";
        if (first.placeholders().isEmpty()) {
            return written + "look it over, " + (inGit ? "commit it, " : "") + "then try 'coil run'";
        }
        boolean many = first.placeholders().size() > 1;
        return written + "'" + String.join("' and '", first.placeholders()) + "' "
                + (many ? "are placeholders that do" : "is a placeholder that does")
                + " nothing: replace " + (many ? "them" : "it")
                + " before a green run means anything, " + (inGit ? "commit the file, " : "") + "then try 'coil run'";
    }
}
