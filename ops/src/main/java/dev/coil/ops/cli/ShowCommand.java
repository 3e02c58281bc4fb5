package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.Durations;
import dev.coil.ops.progress.Style;
import dev.coil.ops.progress.TaskLine;
import dev.coil.ops.progress.Verdict;
import dev.coil.protocol.graph.Outcome;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show a run and its tasks; the exit code is the run's, 8 while it is running.")
final class ShowCommand extends Verb {

    /** What needs attention comes first. */
    private static final List<Outcome> ORDER = List.of(
            Outcome.FAILURE, Outcome.TIMEOUT, Outcome.ERROR, Outcome.CANCELLED, Outcome.SKIPPED, Outcome.SUCCESS);

    @Parameters(paramLabel = "RUN", description = RunName.DESCRIPTION)
    private String name = "";

    ShowCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var document = Nodes.client(world).runJson(name);
        var run = NodeClient.run(document);
        var verdict = Verdict.of(run, false);
        if (json) {
            printJson(document);
        } else {
            head(run, verdict);
            tasks(run).lines().forEach(this::print);
        }
        return ExitCodes.of(verdict);
    }

    private void head(Run run, Verdict verdict) {
        var summary = run.summary();
        var known = verdict == Verdict.RUNNING && summary.outcome() != null
                ? ", and its outcome is known: " + Style.word(summary.outcome())
                : "";
        print(summary.name() + " " + verdict.sentence() + known + "  (id " + summary.id() + ")");
        var source = ListCommand.shortId(summary.commit());
        if (!source.isEmpty()) {
            var ref = ListCommand.shortRef(summary.ref());
            print("commit " + source + (ref.isEmpty() ? "" : " on " + ref) + "  "
                    + (summary.subject() == null ? "" : summary.subject()));
        }
        for (var input : summary.inputs()) {
            print("with " + ListCommand.shortId(input.commit()) + " of " + input.repository()
                    + (input.ref().isEmpty() ? "" : " at " + input.ref()));
        }
        var end = summary.finishedAt() == null ? Instant.now() : summary.finishedAt();
        print("submitted " + summary.createdAt()
                + (summary.submitter() == null || summary.submitter().isEmpty() ? "" : " by " + summary.submitter())
                + (summary.finishedAt() == null ? ", for " : ", took ")
                + Durations.between(summary.createdAt(), end));
        print("");
    }

    private static Table tasks(Run run) {
        var open = run.tasks().stream()
                .filter(task -> !task.isFinished())
                .map(Task::name)
                .collect(Collectors.toSet());
        var table = new Table("TASK", "STATE", "TOOK", "WORKER", "WHY");
        run.tasks().stream().sorted(Comparator.comparingInt(ShowCommand::rank)).forEach(task -> {
            var attempt = task.lastAttempt();
            var state = task.outcome() == null ? task.state() : Style.word(task.outcome());
            var end = attempt == null || attempt.finishedAt() != null || !task.isRunning()
                    ? attempt == null ? null : attempt.finishedAt()
                    : Instant.now();
            table.row(
                    task.name(),
                    state + (task.allowFailure() && task.isBroken() ? " (allowed)" : ""),
                    attempt == null ? "" : Durations.between(attempt.startedAt(), end),
                    attempt == null ? "" : attempt.worker(),
                    why(task, open));
        });
        return table;
    }

    private static @Nullable String why(Task task, Set<String> open) {
        if (task.isRunning()) {
            return null;
        }
        var reason = TaskLine.reason(task);
        if (reason != null || task.isFinished()) {
            return reason;
        }
        var needs = task.needs().stream().filter(open::contains).toList();
        return switch (needs.size()) {
            case 0 -> "for a worker: " + task.requirement();
            case 1 -> "needs " + needs.get(0);
            default -> "needs " + needs.get(0) + " and " + (needs.size() - 1) + " more";
        };
    }

    private static int rank(Task task) {
        if (task.outcome() == null) {
            return task.isRunning() ? ORDER.size() : ORDER.size() + 1;
        }
        int place = ORDER.indexOf(task.outcome());
        // What passed is of least interest while others still run.
        return task.outcome() == Outcome.SUCCESS ? ORDER.size() + 2 : place;
    }
}
