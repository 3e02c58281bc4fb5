package dev.coil.ops.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.coil.ops.client.ErrorLines;
import dev.coil.ops.client.Json;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.LogTail;
import dev.coil.ops.progress.RunModel;
import dev.coil.ops.progress.TaskLine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "log",
        description = "Print the log of a task as the task wrote it; with --json, a line of JSON for each.")
final class LogCommand extends Verb {

    /** Of so many tasks the errors are printed where none is named. */
    private static final int MOST_TASKS = 20;

    @Parameters(index = "0", paramLabel = "RUN", description = RunName.DESCRIPTION)
    private String runName = "";

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "TASK",
            description =
                    "The task's name, or as much of it as tells it from the others (default: the only one, or the only one that failed).")
    private @Nullable String taskName;

    @Option(names = "-f", description = "Go on until the attempt has ended; wait for its start if need be.")
    private boolean follow;

    @Option(names = "--attempt", paramLabel = "N", description = "Which attempt, from 1 (default: the last one).")
    private @Nullable Integer attempt;

    @Option(
            names = "--errors",
            description =
                    "Print only the lines that say what went wrong, as far as Coil recognises them, with numbers; without TASK of all that failed.")
    private boolean errors;

    LogCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        if (errors && follow) {
            throw CommandFailed.usage("--errors and -f exclude each other: what went wrong is known at the end");
        }
        var node = Nodes.client(world);
        var run = node.run(RunName.resolve(world, node, runName));
        if (errors && taskName == null) {
            return printErrorsOfAll(node, run);
        }
        var task = taskName == null ? TaskNames.meant(run) : TaskNames.find(run, taskName);
        if (!hasAttempt(task) && follow) {
            task = awaitAttempt(node, run, task.index());
        }
        if (!hasAttempt(task)) {
            throw CommandFailed.usage(withoutLog(task));
        }
        int number = attempt == null
                ? task.attempts().get(task.attempts().size() - 1).number()
                : attempt;
        if (errors) {
            printErrors(run, task, node.errors(run.summary(), task.index(), number));
            return ExitCodes.OK;
        }
        try (var log = node.log(run.summary(), task.index(), number, follow, 0, json)) {
            if (copy(log) == 0 && !json) {
                note(task.name() + " printed nothing");
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the log of " + task.name() + " broke off", e);
        }
        return ExitCodes.OK;
    }

    /** Of the tasks that failed, the required ones if there are such; below their names. */
    private int printErrorsOfAll(NodeClient node, Run run) {
        var failed = TaskNames.failed(run).stream().filter(this::hasAttempt).toList();
        if (failed.isEmpty()) {
            note("nothing in " + run.summary().name() + " has failed");
        }
        for (var task : failed.subList(0, Math.min(MOST_TASKS, failed.size()))) {
            if (!json) {
                print(task.name() + ":");
            }
            int last = task.attempts().get(task.attempts().size() - 1).number();
            printErrors(run, task, node.errors(run.summary(), task.index(), attempt == null ? last : attempt));
        }
        if (failed.size() > MOST_TASKS) {
            note("and " + (failed.size() - MOST_TASKS) + " more tasks that failed");
        }
        return ExitCodes.OK;
    }

    private void printErrors(Run run, Task task, ErrorLines found) {
        for (var line : found.lines()) {
            print(json ? Json.line(named(task, line)) : line.line() + ": " + LogTail.visible(line.text()));
        }
        if (found.lines().isEmpty()) {
            note("no line in the log of " + task.name() + " is recognised as an error; 'coil log "
                    + run.summary().name() + " " + task.name() + "' prints all of it");
        } else if (found.more() > 0) {
            note("and " + found.more() + " more like these");
        }
    }

    /** With the task's name in front, which tells the lines of several apart. */
    private static ObjectNode named(Task task, ErrorLines.Line line) {
        var named = Json.MAPPER.createObjectNode().put("task", task.name());
        return named.setAll((ObjectNode) Json.MAPPER.valueToTree(line));
    }

    private boolean hasAttempt(Task task) {
        return task.attempts().stream().anyMatch(a -> attempt == null || a.number() == attempt);
    }

    /** Waits until the task has the attempt, or has ended without it. */
    private Task awaitAttempt(NodeClient node, Run run, int index) {
        note(run.tasks().get(index).name() + " has not started yet");
        var model = new RunModel();
        try (var stream = node.follow(run.summary())) {
            for (var event = stream.next(); event != null; event = stream.next()) {
                model.apply(event);
                if (model.isKnown()
                        && (hasAttempt(model.tasks().get(index))
                                || model.tasks().get(index).isFinished())) {
                    break;
                }
            }
        }
        return model.isKnown() ? model.tasks().get(index) : run.tasks().get(index);
    }

    private String withoutLog(Task task) {
        if (attempt != null && !task.attempts().isEmpty()) {
            return task.name() + " has no attempt " + attempt + ": it has had "
                    + task.attempts().size();
        }
        if (task.isFinished()) {
            var reason = TaskLine.reason(task);
            return task.name() + " was not run" + (reason == null ? "" : ": " + reason);
        }
        return task.name() + " has not started yet: it is " + task.state() + "; -f waits for it";
    }

    /** As it comes; until there is no more, or nobody reads any more. Returns how many bytes that were. */
    private long copy(InputStream log) throws IOException {
        long bytes = 0;
        var buffer = new byte[1 << 16];
        for (int n = log.read(buffer); n >= 0; n = log.read(buffer)) {
            world.out().write(buffer, 0, n);
            bytes += n;
            if (world.out().checkError()) {
                break;
            }
        }
        return bytes;
    }
}
