package dev.coil.ops.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Objects;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "ls", description = "List the artifacts of a run.")
final class ArtifactLsCommand extends Verb {

    @Parameters(paramLabel = "RUN", description = RunName.DESCRIPTION)
    private String runName = "";

    ArtifactLsCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var run = node.run(RunName.resolve(world, node, runName));
        var table = new Table("TASK", "ARTIFACT", "FILES", "BYTES", "SHA256");
        var list = new ArrayList<Object>();
        for (var task : run.tasks()) {
            for (var artifact : task.artifacts()) {
                table.row(task.name(), artifact.name(), artifact.files(), artifact.bytes(), artifact.sha256());
                var entry = new LinkedHashMap<String, Object>();
                entry.put("task", task.name());
                entry.put("name", artifact.name());
                entry.put("files", artifact.files());
                entry.put("bytes", artifact.bytes());
                entry.put("sha256", artifact.sha256());
                entry.put("expiresAt", Objects.toString(artifact.expiresAt(), null));
                list.add(entry);
            }
        }
        if (json) {
            printJson(list);
        } else if (table.isEmpty()) {
            note(run.summary().name() + " has no artifacts");
        } else {
            table.lines().forEach(this::print);
        }
        return ExitCodes.OK;
    }
}
