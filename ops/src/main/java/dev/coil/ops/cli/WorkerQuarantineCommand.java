package dev.coil.ops.cli;

import dev.coil.ops.client.WorkerStatus;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "quarantine",
        description = {
            "Trust a worker no longer: it takes nothing until it is resumed, and what it runs is given to others at once.",
            "Coil does so by itself to one on which three tasks in a row end with errors that they do not have elsewhere."
        })
final class WorkerQuarantineCommand extends WorkerOrder {

    WorkerQuarantineCommand(World world) {
        super(world, true);
    }

    @Override
    String sentence(String name, String span, List<WorkerStatus> named) {
        return "quarantined " + name + span + ": it takes nothing new, and what it runs goes to others";
    }
}
