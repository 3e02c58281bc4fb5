package dev.coil.ops.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Arguments of the form {@code [PATH] [TASK...]}, told apart: the first is a path if it names a directory or looks like a path,
 * else it is a task.
 *
 * @param tasks names or globs
 */
record Target(Path path, List<String> tasks) {

    static Target of(List<String> arguments, Path here) {
        if (!arguments.isEmpty() && isPath(arguments.get(0), here)) {
            return new Target(here.resolve(arguments.get(0)).normalize(), arguments.subList(1, arguments.size()));
        }
        if (!arguments.isEmpty()
                && arguments.get(0).matches(".*\\.ya?ml")
                && Files.exists(here.resolve(arguments.get(0)))) {
            throw CommandFailed.usage(
                    "'" + arguments.get(0) + "' is a file, and PATH is a directory: name a graph file with -f");
        }
        return new Target(here, arguments);
    }

    private static boolean isPath(String argument, Path here) {
        return argument.startsWith("/")
                || argument.startsWith("./")
                || argument.startsWith("../")
                || argument.equals(".")
                || argument.equals("..")
                || argument.endsWith("/")
                || Files.isDirectory(here.resolve(argument));
    }
}
