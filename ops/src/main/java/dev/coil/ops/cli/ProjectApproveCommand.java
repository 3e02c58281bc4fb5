package dev.coil.ops.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "approve", description = "Let one commit of a pull request from elsewhere run.")
final class ProjectApproveCommand extends Verb {

    @Parameters(index = "0", paramLabel = "PROJECT", description = "Its name.")
    private String project = "";

    @Parameters(index = "1", paramLabel = "CHANGE", description = "As 'coil project show' lists it.")
    private String change = "";

    ProjectApproveCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var answer = Nodes.client(world).approve(project, change);
        if (json) {
            printJson(answer);
        } else {
            print(answer.path("commit").asText());
        }
        return ExitCodes.OK;
    }
}
