package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drain",
        aliases = "pause",
        description =
                "Let a worker take nothing new until it is resumed, even if it is restarted. What it runs goes on.")
final class WorkerDrainCommand extends Verb {

    @Parameters(index = "0", paramLabel = "NAME", description = "The worker's name.")
    private String name = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who wait.")
    private String reason = "";

    @Mixin
    private ForOption length = new ForOption();

    WorkerDrainCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var workers = NodeClient.workers(node.workersJson());
        var scope = Scope.worker(name);
        var answer = node.pause(scope.kind(), scope.name(), reason, Scope.me(), length.duration(), false);
        if (json) {
            printJson(answer);
            return ExitCodes.OK;
        }
        int running = workers.stream()
                .filter(worker -> worker.name().equals(name))
                .mapToInt(worker -> worker.running().size())
                .sum();
        print("draining " + name + ": it takes nothing new" + length.spoken()
                + (running == 0
                        ? ""
                        : "; the " + running + (running == 1 ? " task it runs goes on" : " tasks it runs go on")));
        if (workers.stream().noneMatch(worker -> worker.name().equals(name))) {
            warn("no worker of that name is present; one that comes will take nothing");
        }
        return ExitCodes.OK;
    }
}
