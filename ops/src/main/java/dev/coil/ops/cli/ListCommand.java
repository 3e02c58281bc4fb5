package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.RunSummary;
import dev.coil.ops.progress.Durations;
import dev.coil.ops.progress.Style;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;

@Command(name = "list", description = "List the newest runs.")
final class ListCommand extends Verb {

    private static final int LIMIT = 50;

    ListCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var runs = Nodes.client(world).runs(LIMIT);
        if (json) {
            printJson(runs);
            return ExitCodes.OK;
        }
        var table = new Table("RUN", "STATE", "TASKS", "COMMIT", "REF", "AGE", "TOOK", "SUBJECT");
        var now = Instant.now();
        for (var run : NodeClient.summaries(runs)) {
            var end = run.finishedAt() == null ? now : run.finishedAt();
            table.row(
                    run.name(),
                    state(run),
                    run.counts().finished() + "/" + run.counts().total(),
                    shortId(run.commit()),
                    shortRef(run.ref()),
                    run.createdAt() == null ? "" : Durations.text(Duration.between(run.createdAt(), now)),
                    Durations.between(run.createdAt(), end),
                    run.subject());
        }
        if (table.isEmpty()) {
            note("there are no runs yet; 'coil submit' makes one");
        } else {
            table.lines().forEach(this::print);
        }
        return ExitCodes.OK;
    }

    static String state(RunSummary run) {
        if (!run.isFinished() || run.outcome() == null) {
            return run.cancelled() && !run.isFinished() ? "cancelling" : run.state();
        }
        return Style.word(run.outcome());
    }

    static String shortId(@Nullable String commit) {
        return commit == null ? "" : commit.substring(0, Math.min(10, commit.length()));
    }

    static String shortRef(@Nullable String ref) {
        return ref == null ? "" : ref.replaceFirst("^refs/(heads|tags)/", "");
    }
}
