package dev.coil.ops.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "pause",
        description =
                "Start nothing new of a kind of machines, or of a project, until it is resumed. What runs goes on.")
final class PauseCommand extends Verb {

    @Parameters(arity = "0..*", paramLabel = "KEY=VALUE", description = Scope.DESCRIPTION)
    private List<String> terms = List.of();

    @Option(names = "--project", paramLabel = "NAME", description = "All tasks of a project instead.")
    private @Nullable String project;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who wait.")
    private String reason = "";

    @Mixin
    private ForOption length = new ForOption();

    PauseCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var scope = Scope.of(terms, project);
        var node = Nodes.client(world);
        var answer = node.pause(scope.kind(), scope.name(), reason, Scope.me(), length.duration(), false);
        if (json) {
            printJson(answer);
        } else {
            print("paused " + Scope.understood(answer) + ": nothing new of it is started" + length.spoken());
        }
        if (project == null && !answer.path("name").asText().equals("any")) {
            note(
                    "tasks that other machines could run as well go on; 'coil worker drain NAME' keeps everything from one,"
                            + " 'coil pause any' pauses all");
        }
        if (project != null && !node.hasRuns(project)) {
            note("no run of a project '" + project + "' is known yet: it is those to come that will wait"
                    + " (coil resume --project " + project + " takes it back)");
        }
        return ExitCodes.OK;
    }
}
