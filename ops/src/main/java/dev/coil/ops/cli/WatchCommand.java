package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.RunSummary;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.RunModel;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "watch", description = "Show a run until it has finished; the exit code is the run's.")
final class WatchCommand extends Verb {

    @Parameters(arity = "0..1", paramLabel = "RUN", defaultValue = "latest", description = RunName.OR_LATEST)
    private String run = "latest";

    @Option(names = "--json-lines", description = "Print events as they come, a JSON object a line.")
    private boolean jsonLines;

    WatchCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var summary = node.run(RunName.resolve(world, node, run)).summary();
        return watch(world, node, summary, new RunModel(), Follower.Output.of(json, jsonLines));
    }

    /** The command that prints the whole log of what failed. */
    static String wholeLog(RunSummary run, List<Task> broken) {
        return broken.size() == 1
                ? "'coil log " + run.name() + " " + broken.get(0).name() + "' prints the whole log"
                : "'coil log " + run.name() + " TASK' prints a whole log";
    }

    /** @param known what the user knows of the run already */
    static int watch(World world, NodeClient node, RunSummary summary, RunModel known, Follower.Output output) {
        var follower = new Follower(world, node, summary, output, false);
        world.interrupts().listen(code -> {
            follower.stop();
            world.err()
                    .println(
                            "coil: " + summary.name() + " goes on; 'coil watch " + summary.name() + "' shows it again");
            world.interrupts().leave(code);
        });
        try {
            var finished = follower.follow(known);
            return follower.conclude(finished, broken -> wholeLog(summary, broken));
        } finally {
            world.interrupts().listen(null);
        }
    }
}
