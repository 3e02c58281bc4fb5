package dev.coil.ops.cli;

import dev.coil.ops.checkout.GraphText;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Arguments of the form {@code [PATH] [TASK...]}, told apart: the first is a path if it looks like one, or names a directory that has a
 * graph or a repository of its own; else it is a task. Many projects have a directory that is called as a task is: {@code test}.
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
                || isProject(here.resolve(argument));
    }

    /** A bare repository counts as well. */
    private static boolean isProject(Path directory) {
        return Files.exists(directory.resolve(GraphText.FILE))
                || Files.exists(directory.resolve(".git"))
                || Files.exists(directory.resolve("HEAD")) && Files.isDirectory(directory.resolve("objects"));
    }

    /** What may help who meant a directory by the name of a task; empty if there is none of that name. */
    static String remark(String name, Path here) {
        return name.matches("[A-Za-z0-9._-]+") && Files.isDirectory(here.resolve(name))
                ? "'" + name + "' was taken for a task: ./" + name + " is the directory"
                : "";
    }
}
