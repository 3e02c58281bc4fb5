package dev.coil.ops.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "rm", description = "Start no runs of a project any longer, and forget its token and secret.")
final class ProjectRmCommand extends Verb {

    @Parameters(index = "0", paramLabel = "PROJECT", description = "Its name.")
    private String project = "";

    ProjectRmCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        Nodes.client(world).removeProject(project);
        note("removed " + project + "; its runs stay");
        return ExitCodes.OK;
    }
}
