package dev.coil.ops.cli;

import dev.coil.ops.checkout.Wanted;
import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Submitted;
import dev.coil.ops.progress.RunModel;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "submit", description = "Submit the task graph of a repository to a node, and print the run's name.")
final class SubmitCommand extends Verb {

    @Parameters(paramLabel = "PATH", arity = "0..1", description = "The repository (default: here).")
    private @Nullable Path path;

    @Option(names = "--watch", description = "Wait for the run's end, as 'coil watch' does.")
    private boolean watch;

    @Option(
            names = "--ref",
            paramLabel = "R",
            description = {
                "The branch, tag or commit to run instead of HEAD.",
                "A full name (refs/...) that is not known here names HEAD for the run."
            })
    private @Nullable String ref;

    private static final List<String> EVENTS = List.of("manual", "push", "pull_request", "schedule");

    @Option(
            names = "--event",
            paramLabel = "E",
            defaultValue = "manual",
            description = "What it is run for: manual, push, pull_request, schedule (default: ${DEFAULT-VALUE}).")
    private String event = "manual";

    @Option(names = "-f", paramLabel = "FILE", description = "The graph file to use; - for standard input.")
    private @Nullable String file;

    @Option(names = "--dirty", description = "Include uncommitted changes and untracked files.")
    private boolean dirty;

    SubmitCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var directory = path == null ? world.directory() : world.directory().resolve(path);
        if (!EVENTS.contains(event)) {
            throw CommandFailed.usage("--event is '" + event + "': expected one of " + String.join(", ", EVENTS));
        }
        var graph = file == null ? null : GraphFiles.read(world, file);
        Submitted submitted;
        try (var submission = Submission.plan(new Wanted(directory, ref, dirty, graph), event, List.of())) {
            submission.notices().forEach(this::warn);
            submission.seal().forEach(this::warn);
            // Git would say in its own words that nobody answers.
            node.nodeInfo();
            submitted = submission.send(node, false, new UploadProgress(world));
        }
        node.awaitShown(submitted);
        if (watch) {
            note(submitted.name() + ", shown at " + pageOf(node, submitted));
            return WatchCommand.watch(
                    world, node, node.run(submitted.name()).summary(), new RunModel(), Follower.Output.of(json, false));
        }
        if (json) {
            printJson(submitted);
        } else {
            print(submitted.name());
            note(submitted.tasks() + (submitted.tasks() == 1 ? " task" : " tasks") + ", shown at "
                    + pageOf(node, submitted));
        }
        return ExitCodes.OK;
    }

    private static String pageOf(NodeClient node, Submitted submitted) {
        return node.node() + "/runs/" + submitted.project() + "/" + submitted.number();
    }
}
