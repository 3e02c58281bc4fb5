package dev.coil.ops.cli;

import dev.coil.protocol.access.Role;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "create",
        description = {
            "Create a token, with which one worker or person makes a key, once.",
            "What a worker is and has is fixed then: it can offer less later, never more."
        })
final class TokenCreateCommand extends Verb {

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            description = {
                "viewer looks, submitter also submits and cancels, operator may do everything;",
                "worker (the default) runs tasks."
            })
    private String role = Role.WORKER.text();

    @Option(names = "--name", paramLabel = "N", description = "Whose it is to be; nobody else can use it then.")
    private @Nullable String name;

    @Mixin
    private TokenMaking making = new TokenMaking();

    TokenCreateCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        return making.make(this, world, role, name);
    }
}
