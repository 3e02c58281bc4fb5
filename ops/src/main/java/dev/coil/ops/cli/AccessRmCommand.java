package dev.coil.ops.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "rm", description = "Remove one: it is good for nothing from then on.")
final class AccessRmCommand extends Verb {

    @Parameters(index = "0", paramLabel = "ID", description = "As 'ls' lists it, or its beginning.")
    private String id = "";

    private final AccessLsCommand.Kind kind;

    AccessRmCommand(World world, AccessLsCommand.Kind kind) {
        super(world);
        this.kind = kind;
    }

    @Override
    public Integer call() {
        Nodes.client(world).removeAccess(kind.path(), id);
        note("removed " + id + ": who shows it is not let in any more");
        return ExitCodes.OK;
    }
}
