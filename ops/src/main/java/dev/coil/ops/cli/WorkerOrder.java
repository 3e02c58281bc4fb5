package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.WorkerStatus;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** An order that a worker take nothing, until it is resumed or for a while. */
abstract class WorkerOrder extends Verb {

    @Parameters(index = "0", paramLabel = "NAME", description = "The worker's name.")
    private String name = "";

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who wait.")
    private String reason = "";

    @Mixin
    private ForOption length = new ForOption();

    private final boolean quarantine;

    /** @param quarantine whether it is to give back what it runs */
    WorkerOrder(World world, boolean quarantine) {
        super(world);
        this.quarantine = quarantine;
    }

    /**
     * What was done, in a sentence.
     *
     * @param span {@code  for 2h}; empty for until it is resumed
     * @param named the workers of that name that are present
     */
    abstract String sentence(String name, String span, List<WorkerStatus> named);

    @Override
    public final Integer call() {
        var node = Nodes.client(world);
        var named = NodeClient.workers(node.workersJson()).stream()
                .filter(worker -> worker.name().equals(name))
                .toList();
        var scope = Scope.worker(name);
        var answer = node.pause(scope.kind(), scope.name(), reason, Scope.me(), length.duration(), quarantine);
        if (json) {
            printJson(answer);
            return ExitCodes.OK;
        }
        print(sentence(name, length.spoken(), named));
        if (named.isEmpty()) {
            warn("no worker of that name is present; one that comes will take nothing");
        }
        return ExitCodes.OK;
    }
}
