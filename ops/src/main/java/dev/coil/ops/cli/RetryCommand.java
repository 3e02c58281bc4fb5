package dev.coil.ops.cli;

import dev.coil.ops.client.Run;
import dev.coil.ops.client.RunEvent;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.RunModel;
import dev.coil.ops.progress.Style;
import java.util.LinkedHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "retry",
        description =
                "Run again what has ended without success in a run, or one task, with those that need it and were skipped.")
final class RetryCommand extends Verb {

    private static final int NAMED = 10;

    @Parameters(index = "0", paramLabel = "RUN", description = RunName.DESCRIPTION)
    private String runName = "";

    @Parameters(index = "1", arity = "0..1", paramLabel = "TASK", description = "The one task to run again.")
    private @Nullable String taskName;

    @Option(names = "--failed", description = "All tasks that did not succeed; so it is without TASK, too.")
    private boolean failed;

    @Option(names = "--dependents", description = "With TASK: also all that depends on it, however it ended.")
    private boolean dependents;

    @Option(names = "--watch", description = "Wait for the run's end, as 'coil watch' does.")
    private boolean watch;

    RetryCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        if (failed && taskName != null) {
            throw CommandFailed.usage("TASK and --failed exclude each other");
        }
        if (dependents && taskName == null) {
            throw CommandFailed.usage("--dependents goes with TASK: whose dependents?");
        }
        var node = Nodes.client(world);
        var run = node.run(RunName.resolve(world, node, runName));
        var task = taskName == null ? null : TaskNames.find(run, taskName);
        var retried = Retried.of(run, task, dependents).stream().map(Task::name).toList();
        node.retry(run.summary(), task == null ? null : task.index(), dependents);
        if (task != null) {
            Retried.obstacle(run, task)
                    .ifPresent(other -> note(task.name() + " needs " + other.name() + ", which "
                            + Style.word(other.outcome()) + ": 'coil retry "
                            + run.summary().name() + " " + other.name()
                            + "' takes it along"));
        }
        var commit = ListCommand.shortId(run.summary().commit());
        if (!commit.isEmpty()) {
            note("it is commit " + commit + " again; 'coil submit' runs what was committed since");
        }
        if (watch) {
            note(sentence(run, retried));
            node.awaitRetried(run);
            var known = new RunModel();
            known.apply(new RunEvent.Snapshot(run, ""));
            return WatchCommand.watch(world, node, run.summary(), known, Follower.Output.of(json, false));
        }
        if (json) {
            var result = new LinkedHashMap<String, @Nullable Object>();
            result.put("run", run.summary().name());
            result.put("task", task == null ? null : task.name());
            result.put("tasks", retried);
            printJson(result);
        } else {
            print(sentence(run, retried));
        }
        return ExitCodes.OK;
    }

    private static String sentence(Run run, List<String> tasks) {
        var names = String.join(", ", tasks.subList(0, Math.min(NAMED, tasks.size())));
        return "retrying " + tasks.size() + (tasks.size() == 1 ? " task of " : " tasks of ")
                + run.summary().name() + ": " + names
                + (tasks.size() > NAMED ? " and " + (tasks.size() - NAMED) + " more" : "");
    }
}
