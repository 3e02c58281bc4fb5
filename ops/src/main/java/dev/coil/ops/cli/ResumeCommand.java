package dev.coil.ops.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "resume", description = "End a pause; 'coil pauses' lists them.")
final class ResumeCommand extends Verb {

    @Parameters(arity = "0..*", paramLabel = "KEY=VALUE", description = Scope.DESCRIPTION)
    private List<String> terms = List.of();

    @Option(names = "--project", paramLabel = "NAME", description = "All tasks of a project instead.")
    private @Nullable String project;

    ResumeCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var scope = Scope.of(terms, project);
        var answer = Nodes.client(world).resume(scope.kind(), scope.name(), Scope.me());
        if (json) {
            printJson(answer);
        } else {
            print("resumed " + Scope.understood(answer));
        }
        return ExitCodes.OK;
    }
}
