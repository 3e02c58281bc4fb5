package dev.coil.ops.cli;

import dev.coil.ops.client.WorkerStatus;
import java.util.List;
import picocli.CommandLine.Command;

@Command(
        name = "drain",
        aliases = "pause",
        description =
                "Let a worker take nothing new until it is resumed, even if it is restarted. What it runs goes on.")
final class WorkerDrainCommand extends WorkerOrder {

    WorkerDrainCommand(World world) {
        super(world, false);
    }

    @Override
    String sentence(String name, String span, List<WorkerStatus> named) {
        int running = named.stream().mapToInt(worker -> worker.running().size()).sum();
        return "draining " + name + ": it takes nothing new" + span
                + (running == 0
                        ? ""
                        : "; the " + running + (running == 1 ? " task it runs goes on" : " tasks it runs go on"));
    }
}
