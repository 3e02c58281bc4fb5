package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.WorkerStatus;
import picocli.CommandLine.Command;

@Command(name = "workers", description = "List the workers that are present, and what they run.")
final class WorkersCommand extends Verb {

    WorkersCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var workers = Nodes.client(world).workersJson();
        if (json) {
            printJson(workers);
            return ExitCodes.OK;
        }
        var table = new Table("WORKER", "OS", "ARCH", "SLOTS", "LABELS", "RUNS");
        for (var worker : NodeClient.workers(workers)) {
            var running = worker.running().stream()
                    .map(r -> r.project() + '#' + r.run() + ' ' + (r.name() == null ? r.task() : r.name()))
                    .toList();
            table.row(
                    worker.name() + state(worker),
                    worker.attributes().fact("os"),
                    worker.attributes().fact("arch"),
                    worker.running().size() + "/" + worker.slots(),
                    String.join(",", worker.attributes().labels()),
                    String.join(", ", running));
        }
        if (table.isEmpty()) {
            note("no worker is present; 'coil worker run' starts one");
        } else {
            table.lines().forEach(this::print);
        }
        return ExitCodes.OK;
    }

    private static String state(WorkerStatus worker) {
        var drained = worker.drained();
        if (drained != null) {
            return " (" + drained.deed() + ")";
        }
        if (worker.unfit() != null) {
            return " (" + worker.unfit() + ")";
        }
        return worker.draining() ? " (draining)" : "";
    }
}
