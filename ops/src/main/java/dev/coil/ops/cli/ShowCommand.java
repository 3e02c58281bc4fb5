package dev.coil.ops.cli;

import dev.coil.ops.client.NodeClient;
import dev.coil.ops.client.Run;
import dev.coil.ops.client.Task;
import dev.coil.ops.progress.Durations;
import dev.coil.ops.progress.Style;
import dev.coil.ops.progress.Verdict;
import dev.coil.protocol.graph.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "show", description = "Show a run and its tasks; the exit code is the run's, 8 while it is running.")
final class ShowCommand extends Verb {

    /** Of a large run, so many tasks that need attention are listed; of so many failed ones it is said what their logs say. */
    private static final int URGENT = 20;

    /** What needs attention comes first. */
    private static final List<Outcome> ORDER = List.of(
            Outcome.FAILURE, Outcome.TIMEOUT, Outcome.ERROR, Outcome.CANCELLED, Outcome.SKIPPED, Outcome.SUCCESS);

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "RUN",
            defaultValue = "latest",
            description = RunName.OR_LATEST)
    private String name = "latest";

    @Parameters(
            index = "1..*",
            paramLabel = "TASK",
            description = "Names or globs of the tasks to list (default: all, or a summary of more than 200).")
    private List<String> tasks = new ArrayList<>();

    @Option(names = "--all", description = "List every task, however many there are.")
    private boolean all;

    ShowCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var node = Nodes.client(world);
        var runName = RunName.resolve(world, node, name);
        Run run;
        if (json) {
            var document = node.runDocument(runName);
            run = NodeClient.run(document);
            printJson(document);
        } else {
            run = node.run(runName);
        }
        var verdict = Verdict.of(run, false);
        if (!json) {
            var wanted = tasks.isEmpty() ? run.tasks() : TaskNames.select(run, tasks);
            head(run, verdict);
            if (wanted.size() > TaskGroups.MANY && tasks.isEmpty() && !all) {
                overview(node, run);
            } else {
                table(node, run, wanted).lines().forEach(this::print);
            }
        }
        return ExitCodes.of(verdict);
    }

    private void head(Run run, Verdict verdict) {
        var summary = run.summary();
        var known = verdict == Verdict.RUNNING && summary.outcome() != null
                ? ", and its outcome is known: " + Style.word(summary.outcome())
                : "";
        var sentence = summary.reason() != null ? summary.reason() : verdict.sentence();
        print(summary.name() + " " + sentence + known + "  (id " + summary.id() + ")");
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

    /** Of a large run what needs attention, then how its groups stand: first those with failures, then those that run. */
    private void overview(NodeClient node, Run run) {
        var urgent = run.tasks().stream()
                .filter(task -> task.isBroken() || task.isRunning())
                .sorted(Comparator.comparingInt(ShowCommand::rank))
                .toList();
        if (!urgent.isEmpty()) {
            table(node, run, urgent.subList(0, Math.min(URGENT, urgent.size())))
                    .lines()
                    .forEach(this::print);
            if (urgent.size() > URGENT) {
                print("and " + (urgent.size() - URGENT) + " more that failed or are running");
            }
            print("");
        }
        var groups = new TaskGroups<>(run.tasks(), Task::base);
        var table = new Table("GROUP", "TASKS", "PASSED", "FAILED", "RUNNING", "READY", "WAITING", "OTHER");
        groups.byName().entrySet().stream()
                .map(group -> new GroupCounts(group.getKey(), group.getValue()))
                .sorted(GroupCounts.URGENT_FIRST)
                .limit(TaskGroups.SHOWN)
                .forEach(group -> table.row(group.cells()));
        table.lines().forEach(this::print);
        print("");
        print(groups.footer("coil show " + run.summary().name()));
    }

    /** How the tasks of a group stand. */
    private record GroupCounts(String name, int total, int passed, int failed, int running, int ready, int waiting) {

        static final Comparator<GroupCounts> URGENT_FIRST = Comparator.<GroupCounts>comparingInt(g -> -g.failed())
                .thenComparingInt(g -> -g.running())
                .thenComparingInt(g -> -(g.ready() + g.waiting()));

        GroupCounts(String name, List<Task> tasks) {
            this(
                    name,
                    tasks.size(),
                    count(tasks, task -> task.outcome() == Outcome.SUCCESS),
                    count(tasks, Task::isBroken),
                    count(tasks, Task::isRunning),
                    count(tasks, task -> task.state().equals("ready")),
                    count(tasks, task -> task.state().equals("waiting")));
        }

        private static int count(List<Task> tasks, Predicate<Task> what) {
            return (int) tasks.stream().filter(what).count();
        }

        Object[] cells() {
            int other = total - passed - failed - running - ready - waiting;
            return new Object[] {
                name, total, some(passed), some(failed), some(running), some(ready), some(waiting), some(other)
            };
        }

        private static String some(int count) {
            return count == 0 ? "" : String.valueOf(count);
        }
    }

    private Table table(NodeClient node, Run run, List<Task> tasks) {
        var reader = new FailureReader(node, run.summary());
        var unread = new AtomicInteger(URGENT);
        int width = TerminalSize.columns(world);
        var waits = new Waits(node, run);
        boolean queued = run.summary().reason() != null;
        var table = new Table("TASK", "STATE", "TOOK", "WORKER", "WHY");
        tasks.stream().sorted(Comparator.comparingInt(ShowCommand::rank)).forEach(task -> {
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
                    queued ? "the run has not started" : whyAndAttempts(task, waits));
            if (task.isBroken() && unread.getAndDecrement() > 0) {
                var error = reader.readErrors(task).firstErrorBelow(width, world.style());
                if (error != null) {
                    table.below(error);
                }
            }
        });
        return table;
    }

    /** With the number of attempts where it is not the one: that a task passed only the second time is to be seen. */
    private static @Nullable String whyAndAttempts(Task task, Waits waits) {
        var why = waits.text(task);
        int number = task.attempts().size();
        if (number < 2) {
            return why;
        }
        var before = task.attempts().get(number - 2).reason();
        var attempts = (task.isFinished() ? number + " attempts" : "attempt " + number)
                + (before == null || before.isEmpty() ? "" : " (before: " + before + ")");
        return why == null ? attempts : why + ", " + attempts;
    }

    private static int rank(Task task) {
        if (task.outcome() == null) {
            return task.isRunning() ? ORDER.size() : ORDER.size() + 1;
        }
        int place = task.isBroken() ? (task.allowFailure() ? 2 : 0) : ORDER.indexOf(task.outcome());
        // What passed is of least interest while others still run.
        return task.outcome() == Outcome.SUCCESS ? ORDER.size() + 2 : place;
    }
}
