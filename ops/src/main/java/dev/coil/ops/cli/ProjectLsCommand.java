package dev.coil.ops.cli;

import picocli.CommandLine.Command;

@Command(name = "ls", description = "List the projects that are set up.")
final class ProjectLsCommand extends Verb {

    ProjectLsCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var answer = Nodes.client(world).projects();
        if (json) {
            printJson(answer);
            return ExitCodes.OK;
        }
        var table = new Table("PROJECT", "REPOSITORY", "FORGE", "POLL", "FORKS");
        for (var project : answer.path("projects")) {
            table.row(
                    project.path("project").asText(),
                    project.path("repository").asText(),
                    project.path("forge").path("kind").asText("-"),
                    ProjectShowCommand.poll(project),
                    project.path("forks").asText());
        }
        if (table.isEmpty()) {
            note("no project is set up; 'coil project set' does that");
        } else {
            table.lines().forEach(this::print);
        }
        return ExitCodes.OK;
    }
}
