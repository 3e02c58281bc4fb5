package dev.coil.worker.execute;

import dev.coil.worker.fault.TaskFault;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** How a shell is told to run a script so that the first command that fails ends it. */
final class ShellCommand {

    private ShellCommand() {}

    /**
     * The command line.
     *
     * @param shell a program with its arguments, parted by blanks. Known shells get what makes them stop at errors; any other
     *     program just gets the script's file
     */
    static List<String> of(String shell, Path script) throws TaskFault {
        var command = new ArrayList<>(Arrays.asList(shell.strip().split("\\s+")));
        if (command.get(0).isEmpty()) {
            throw new TaskFault("the task's shell is empty: expected a program such as sh");
        }
        var program = Path.of(command.get(0)).getFileName().toString();
        switch (program) {
            case "bash" -> {
                command.addAll(1, List.of("--noprofile", "--norc"));
                command.addAll(List.of("-e", "-o", "pipefail"));
            }
            case "zsh", "ksh", "mksh" -> command.addAll(List.of("-e", "-o", "pipefail"));
            case "sh", "dash", "ash" -> command.add("-e");
            default -> {}
        }
        command.add(script.toString());
        return command;
    }

    /** Whether the program can be run with this {@code PATH}; relative names are left to the system. */
    static boolean isThere(String program, String path) {
        if (program.contains("/")) {
            return !program.startsWith("/") || Files.isExecutable(Path.of(program));
        }
        return Arrays.stream(path.split(File.pathSeparator))
                .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
    }
}
