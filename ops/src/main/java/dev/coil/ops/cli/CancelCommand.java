package dev.coil.ops.cli;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "Cancel a run, or one task of it.")
final class CancelCommand extends Verb {

    @Parameters(index = "0", paramLabel = "RUN", description = RunName.DESCRIPTION)
    private String runName = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "TASK", description = "The task (default: the whole run).")
    private @Nullable String taskName;

    CancelCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var run = node.run(RunName.resolve(world, node, runName));
        var task = taskName == null ? null : TaskNames.find(run, taskName);
        node.cancel(
                run.summary(),
                task == null ? null : task.index(),
                "cancelled by " + System.getProperty("user.name", "somebody"));
        var result = new LinkedHashMap<String, @Nullable Object>();
        result.put("run", run.summary().name());
        result.put("task", task == null ? null : task.name());
        if (json) {
            printJson(result);
        } else {
            print("cancelling " + (task == null ? "" : task.name() + " of ")
                    + run.summary().name());
        }
        return ExitCodes.OK;
    }
}
