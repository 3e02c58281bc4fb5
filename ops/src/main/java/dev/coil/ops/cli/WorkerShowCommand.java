package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.WorkerStatus;
import dev.coil.protocol.tuple.OwnerRules;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show a worker that is present: what it is, what it refuses and why, what it runs.")
final class WorkerShowCommand extends Verb {

    @Parameters(index = "0", paramLabel = "NAME", description = "The worker's name.")
    private String name = "";

    WorkerShowCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var document = Nodes.client(world).workersJson();
        var workers = NodeClient.workers(document);
        var named = workers.stream().filter(one -> one.name().equals(name)).toList();
        if (named.isEmpty()) {
            throw CommandFailed.usage("no worker '" + name + "' is present"
                    + (workers.isEmpty()
                            ? "; there is none at all"
                            : "; there are "
                                    + String.join(
                                            ", ",
                                            workers.stream()
                                                    .map(WorkerStatus::name)
                                                    .sorted()
                                                    .toList())));
        }
        if (json) {
            document.path("workers").forEach(one -> {
                if (one.path("name").asText().equals(name)) {
                    printJson(one);
                }
            });
            return ExitCodes.OK;
        }
        named.forEach(worker -> lines(worker).forEach(this::print));
        if (named.size() > 1) {
            warn(named.size() + " workers have this name: --name gives one a name of its own when it is started");
        }
        return ExitCodes.OK;
    }

    private static List<String> lines(WorkerStatus worker) {
        var lines = new ArrayList<String>();
        lines.add(worker.name() + (worker.draining() ? " (takes nothing new)" : ""));
        worker.attributes().facts().forEach((fact, value) -> lines.add("  " + fact + " " + value));
        if (!worker.attributes().labels().isEmpty()) {
            lines.add("  labels " + String.join(", ", worker.attributes().labels()));
        }
        lines.add("  slots " + worker.running().size() + " of " + worker.slots() + " busy");
        var rules = worker.rules() == null ? OwnerRules.NONE : worker.rules();
        if (rules.isNone()) {
            lines.add("its owner refuses no project, ref or event");
        } else {
            lines.add("its owner's rules:");
            rules.sentences().forEach(sentence -> lines.add("  " + sentence));
        }
        if (worker.drained() != null) {
            lines.add(worker.drained().deed()
                    + (worker.drained().until() == null
                            ? ""
                            : ", until " + worker.drained().until()));
        }
        if (worker.unfit() != null) {
            lines.add("takes nothing, as it " + worker.unfit());
        }
        for (var task : worker.running()) {
            lines.add("runs " + task.project() + '#' + task.run() + ' '
                    + (task.name() == null ? task.task() : task.name()) + ", attempt " + task.attempt());
        }
        return lines;
    }
}
