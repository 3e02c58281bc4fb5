package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "quarantine",
        description = {
            "Trust a worker no longer: it takes nothing until it is resumed, and what it runs is given to others at once.",
            "Coil does so by itself to one on which three tasks in a row end with errors that they do not have elsewhere."
        })
final class WorkerQuarantineCommand extends Verb {

    @Parameters(index = "0", paramLabel = "NAME", description = "The worker's name.")
    private String name = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who wait.")
    private String reason = "";

    @Mixin
    private ForOption length = new ForOption();

    WorkerQuarantineCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var workers = NodeClient.workers(node.workersJson());
        var scope = Scope.worker(name);
        var answer = node.pause(scope.kind(), scope.name(), reason, Scope.me(), length.duration(), true);
        if (json) {
            printJson(answer);
            return ExitCodes.OK;
        }
        print("quarantined " + name + length.spoken() + ": it takes nothing new, and what it runs goes to others");
        if (workers.stream().noneMatch(worker -> worker.name().equals(name))) {
            warn("no worker of that name is present; one that comes will take nothing");
        }
        return ExitCodes.OK;
    }
}
