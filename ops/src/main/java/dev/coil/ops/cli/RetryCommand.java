package dev.coil.ops.cli;

import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "retry",
        description =
                "Run again what did not succeed in a finished run, or one task, with what was skipped because of it.")
final class RetryCommand extends Verb {

    @Parameters(index = "0", paramLabel = "RUN", description = RunName.DESCRIPTION)
    private String runName = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "TASK", description = "The one task to run again.")
    private @Nullable String taskName;

    @Option(names = "--failed", description = "All tasks that did not succeed; so it is without TASK, too.")
    private boolean failed;

    RetryCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        if (failed && taskName != null) {
            throw CommandFailed.usage("TASK and --failed exclude each other");
        }
        var node = Nodes.client(world);
        var run = node.run(runName);
        var task = taskName == null ? null : TaskNames.find(run, taskName);
        node.retry(run.summary(), task == null ? null : task.index());
        var result = new LinkedHashMap<String, @Nullable Object>();
        result.put("run", run.summary().name());
        result.put("task", task == null ? null : task.name());
        if (json) {
            printJson(result);
        } else {
            print("retrying " + (task == null ? "" : task.name() + " of ")
                    + run.summary().name());
        }
        return ExitCodes.OK;
    }
}
