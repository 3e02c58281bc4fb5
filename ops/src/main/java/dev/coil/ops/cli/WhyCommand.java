package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.client.Waiting;
import dev.coil.ops.progress.Durations;
import dev.coil.ops.progress.Style;
import dev.coil.ops.progress.TaskLine;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "why", description = "Say why a task waits, and about how long it still will.")
final class WhyCommand extends Verb {

    @Parameters(index = "0", paramLabel = "RUN", description = RunName.DESCRIPTION)
    private String runName = "";

    @Parameters(
            index = "1",
            paramLabel = "TASK",
            description = "The task's name, or as much of it as tells it from the others.")
    private String taskName = "";

    WhyCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var run = node.run(RunName.resolve(world, node, runName));
        var task = TaskNames.find(run, taskName);
        var document = node.why(run.summary(), task.index());
        if (json) {
            printJson(document);
        } else {
            tell(run, task, NodeClient.waiting(document));
        }
        return ExitCodes.OK;
    }

    private void tell(Run run, Task task, Waiting waiting) {
        var name = task.name() + " of " + run.summary().name();
        if (waiting.reasons().isEmpty()) {
            print(name + " does not wait: " + ending(task, waiting));
            return;
        }
        print(name + " is " + waiting.state() + ":");
        waiting.reasons().forEach(reason -> print("  " + reason.text()));
        print("  " + when(waiting));
    }

    /** What became of a task that does not wait. */
    private static String ending(Task task, Waiting waiting) {
        var outcome = task.outcome();
        // What it waits for was asked after the run.
        if (outcome == null || !waiting.state().equals("finished")) {
            return "it is " + waiting.state();
        }
        var how =
                switch (outcome) {
                    case ERROR -> "it ended with an error";
                    case CANCELLED, SKIPPED -> "it was " + Style.word(outcome);
                    default -> "it " + Style.word(outcome);
                };
        var reason = TaskLine.reason(task);
        return reason == null ? how : how + ": " + reason;
    }

    private static String when(Waiting waiting) {
        var millis = waiting.startsInMillis();
        if (millis == null) {
            return "when it will start is not known";
        }
        var time = Durations.text(Duration.ofMillis(millis));
        return waiting.isForNeeds()
                ? "what it needs will have ended in about " + time
                : millis == 0 ? "it will start in a moment" : "it will start in about " + time;
    }
}
