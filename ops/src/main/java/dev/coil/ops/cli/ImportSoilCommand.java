package dev.coil.ops.cli;

import dev.coil.ops.soil.SoilGraph;
import dev.coil.ops.soil.TaskList;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "soil",
        description = {
            "Print the graph of a task list of Soil: lines of name, script, action and result (- for none).",
            "Redirect it to .coil.yml, look it over, and try 'coil plan'."
        })
final class ImportSoilCommand extends Verb {

    @Parameters(paramLabel = "FILE", description = "The task list; - for standard input.")
    private String file = "";

    @Option(names = "--name", paramLabel = "NAME", description = "The project (default: the repository's name).")
    private @Nullable String name;

    @Option(
            names = "--side-by-side",
            description = "Give each task a checkout of its own instead of the tree that the one before it left.")
    private boolean sideBySide;

    ImportSoilCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var list = GraphFiles.read(world, file);
        var tasks = TaskList.read(list.file(), list.text());
        if (json) {
            printJson(tasks);
        } else {
            SoilGraph.of(tasks, name, !sideBySide).lines().forEach(this::print);
        }
        return ExitCodes.OK;
    }
}
