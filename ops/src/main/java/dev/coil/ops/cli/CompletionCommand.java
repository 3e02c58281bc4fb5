package dev.coil.ops.cli;

import java.util.Map;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = {
            "Print a completion script for a shell.",
            "bash: source <(coil completion bash)",
            "zsh: the same, after 'autoload -U +X bashcompinit && bashcompinit'",
            "fish: coil completion fish | source"
        })
final class CompletionCommand extends Verb {

    /** Shells for which there is a script. */
    private enum Shell {
        bash,
        zsh,
        fish
    }

    @Parameters(paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    private Shell shell = Shell.bash;

    CompletionCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var commands = Coil.commandLine(world);
        var script =
                switch (shell) {
                    case bash, zsh -> AutoComplete.bash("coil", commands);
                    case fish -> FishCompletion.script(commands);
                };
        if (json) {
            printJson(Map.of("shell", shell.name(), "script", script));
        } else {
            world.out().print(script);
        }
        return ExitCodes.OK;
    }
}
