package dev.coil.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.ops.client.NodeClient;
import dev.coil.protocol.access.Role;
import java.util.ArrayList;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "rm",
        description = {
            "Let a worker in no longer: removes its keys and tokens, and what was ordered of it.",
            "What it runs is stopped, and run again elsewhere."
        })
final class WorkerRmCommand extends Verb {

    @Parameters(index = "0", paramLabel = "NAME", description = "The worker's name.")
    private String name = "";

    WorkerRmCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var removed = new ArrayList<String>();
        for (var kind : AccessLsCommand.Kind.values()) {
            for (var one : node.access(kind.path()).path(kind.path())) {
                if (isOfWorker(one)) {
                    node.removeAccess(kind.path(), one.path("id").asText());
                    removed.add((kind == AccessLsCommand.Kind.KEYS ? "key " : "token ")
                            + one.path("id").asText());
                }
            }
        }
        var isPresent = NodeClient.workers(node.workersJson()).stream()
                .anyMatch(worker -> worker.name().equals(name));
        if (removed.isEmpty() && isPresent) {
            throw CommandFailed.usage(
                    "worker '" + name + "' has no key that could be removed, as it came in without one:"
                            + " stop it on its machine, or keep work from it with 'coil worker drain " + name + "'");
        }
        var scope = Scope.worker(name);
        var isDrained = NodeClient.pauses(node.pausesJson()).stream()
                .anyMatch(pause ->
                        pause.kind().equals(scope.kind()) && pause.name().equals(name));
        if (isDrained) {
            node.resume(scope.kind(), scope.name(), Scope.me());
            removed.add("the order that it take nothing");
        }
        if (removed.isEmpty()) {
            throw CommandFailed.usage("there is nothing of a worker '" + name + "': it is not present, and has no key");
        }
        print("removed of worker " + name + ": " + String.join(", ", removed));
        return ExitCodes.OK;
    }

    private boolean isOfWorker(JsonNode one) {
        return one.path("role").asText().equals(Role.WORKER.text())
                && one.path("name").asText().equals(name);
    }
}
