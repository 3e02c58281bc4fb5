package dev.coil.ops.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "resume", description = "Let a drained or quarantined worker take tasks again.")
final class WorkerResumeCommand extends Verb {

    @Parameters(index = "0", paramLabel = "NAME", description = "The worker's name.")
    private String name = "";

    WorkerResumeCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var scope = Scope.worker(name);
        var answer = Nodes.client(world).resume(scope.kind(), scope.name(), Scope.me());
        if (json) {
            printJson(answer);
        } else {
            print("resumed " + Scope.understood(answer));
        }
        return ExitCodes.OK;
    }
}
