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
            printJson(Map.of("file", file.toString(), "build", first.build()));
        } else {
            print(file.toString());
            note("written for " + first.build() + "; look it over, then try 'coil run'");
        }
        return ExitCodes.OK;
    }
}
