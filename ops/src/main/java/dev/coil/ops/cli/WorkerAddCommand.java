package dev.coil.ops.cli;

import dev.coil.protocol.access.Role;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "add",
        description = {
            "Let a new worker in: makes a token for it, and says what to type on its machine.",
            "What it is and has is fixed then: it can offer less later, never more."
        })
final class WorkerAddCommand extends Verb {

    @Parameters(index = "0", paramLabel = "NAME", description = "The worker's name.")
    private String name = "";

    @Mixin
    private TokenMaking making = new TokenMaking();

    WorkerAddCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        return making.make(this, world, Role.WORKER.text(), name);
    }
}
