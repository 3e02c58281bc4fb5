package dev.coil.ops.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "Cancel a run, one task of it, or all runs of a ref.")
final class CancelCommand extends Verb {

    @Parameters(index = "0", arity = "0..1", paramLabel = "RUN", description = RunName.DESCRIPTION)
    private @Nullable String runName;

    @Parameters(index = "1", arity = "0..1", paramLabel = "TASK", description = "The task (default: the whole run).")
    private @Nullable String taskName;

    @Option(
            names = "--ref",
            paramLabel = "REF",
            description = "Instead of RUN: all runs of a branch or tag that have not finished.")
    private @Nullable String ref;

    @Option(
            names = "--project",
            paramLabel = "NAME",
            description = "With --ref: of which project (default: the one here).")
    private @Nullable String project;

    CancelCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        if ((runName == null) == (ref == null)) {
            throw CommandFailed.usage(
                    ref == null
                            ? "RUN (such as latest) or --ref REF is missing; see 'coil cancel --help'"
                            : "RUN and --ref exclude each other");
        }
        if (runName == null) {
            return cancelRef(ref);
        }
        if (project != null) {
            throw CommandFailed.usage("--project goes with --ref; a run is named as project#17");
        }
        var node = Nodes.client(world);
        var run = node.run(RunName.resolve(world, node, runName));
        var task = taskName == null ? null : TaskNames.find(run, taskName);
        node.cancel(run.summary(), task == null ? null : task.index(), reason());
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

    private static String reason() {
        return "cancelled by " + System.getProperty("user.name", "somebody");
    }

    private int cancelRef(String name) {
        var of = project == null ? RunName.projectHere(world) : project;
        if (of == null) {
            throw CommandFailed.usage("there is no project here: name one with --project");
        }
        var answer = Nodes.client(world).cancelRef(of, name, reason());
        var runs = new ArrayList<String>();
        answer.path("runs").forEach(number -> runs.add(of + '#' + number.asInt()));
        if (json) {
            var result = new LinkedHashMap<String, Object>();
            result.put("project", of);
            result.put("ref", name);
            result.put("runs", runs);
            printJson(result);
        } else if (runs.isEmpty()) {
            note("no run of " + of + " on " + name + " is going on");
        } else {
            runs.forEach(run -> print("cancelling " + run));
        }
        return ExitCodes.OK;
    }
}
