package dev.coil.ops.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.coil.ops.checkout.Wanted;
import dev.coil.ops.client.Json;
import dev.coil.protocol.graph.Need;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Retries;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.graph.plan.Plan;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "plan",
        description =
                "Print the tasks that a graph file expands to, with their needs and requirements; nothing is run.")
final class PlanCommand extends Verb {

    private static final int NAMED_NEEDS = 3;

    @Parameters(paramLabel = "[PATH] [TASK...]", hideParamSyntax = true, description = "As for 'coil run'.")
    private List<String> arguments = new ArrayList<>();

    @Option(names = "-f", paramLabel = "FILE", description = "The graph file to use; - for standard input.")
    private @Nullable String file;

    @Option(names = "--all", description = "List every task, however many there are.")
    private boolean all;

    PlanCommand(World world) {
        super(world);
    }

    @Override
    public Integer call() {
        var target = Target.of(arguments, world.directory());
        var graph = file == null ? null : GraphFiles.read(world, file);
        try (var submission = Submission.plan(new Wanted(target.path(), null, true, graph), "manual", target.tasks())) {
            submission.notices().forEach(this::warn);
            if (json) {
                printJson(document(submission.plan()));
            } else {
                boolean many = submission.plan().tasks().size() > TaskGroups.MANY;
                if (many && !all && target.tasks().isEmpty()) {
                    overview(submission.plan());
                } else {
                    table(submission.plan()).lines().forEach(this::print);
                }
            }
        }
        return ExitCodes.OK;
    }

    private void overview(Plan plan) {
        var groups = new TaskGroups<>(plan.tasks(), TaskSpec::base);
        var table = new Table("GROUP", "TASKS", "FIRST", "REQUIREMENT");
        groups.byName().entrySet().stream().limit(TaskGroups.SHOWN).forEach(group -> {
            var requirements = group.getValue().stream()
                    .map(task -> task.requirement().canonical())
                    .distinct()
                    .limit(NAMED_NEEDS + 1L)
                    .toList();
            table.row(
                    group.getKey(),
                    group.getValue().size(),
                    group.getValue().get(0).name(),
                    requirements.size() > NAMED_NEEDS ? "several" : String.join("; ", requirements));
        });
        table.lines().forEach(this::print);
        print("");
        print(groups.footer("coil plan"));
    }

    private static Table table(Plan plan) {
        var table = new Table("TASK", "NEEDS", "REQUIREMENT", "BESIDES");
        for (var task : plan.tasks()) {
            var names = task.needs().stream()
                    .map(need -> plan.tasks().get(need.task()).name()
                            + (need.generated() ? " and all that it generates" : ""))
                    .toList();
            var besides = new ArrayList<String>();
            if (task.allowFailure()) {
                besides.add("may fail");
            }
            if (task.condition() != null) {
                besides.add("if " + task.condition());
            }
            var generates = task.action().generates();
            if (generates != null) {
                besides.add("generates the tasks in " + generates.file());
            }
            besides.addAll(terms(task));
            task.action().repositories().stream()
                    .filter(checkout -> !checkout.isOwn())
                    .forEach(checkout -> besides.add("with " + checkout.repository()
                            + (checkout.ref().isEmpty() ? "" : " at " + checkout.ref())));
            table.row(
                    task.name(),
                    String.join(", ", names.subList(0, Math.min(NAMED_NEEDS, names.size())))
                            + (names.size() > NAMED_NEEDS ? " and " + (names.size() - NAMED_NEEDS) + " more" : ""),
                    task.requirement().canonical(),
                    String.join("; ", besides));
        }
        return table;
    }

    /** When it runs and how often, as far as that is not the usual. */
    private static List<String> terms(TaskSpec task) {
        var terms = new ArrayList<String>();
        if (task.priority() != Priority.NORMAL) {
            terms.add(task.priority().name().toLowerCase(Locale.ROOT) + " priority");
        }
        var group = task.concurrency();
        if (group != null) {
            terms.add("at most " + group.max() + " at once in group '" + group.group() + "'");
        }
        budget(terms, task.retries().failure(), Retries.STANDARD.failure(), "a failure");
        budget(terms, task.retries().timeout(), Retries.STANDARD.timeout(), "a timeout");
        budget(terms, task.retries().infra(), Retries.STANDARD.infra(), "an error of the infrastructure");
        return terms;
    }

    private static void budget(List<String> terms, int times, int usual, String after) {
        if (times != usual) {
            terms.add((times == 0 ? "no retry" : times == 1 ? "1 retry" : times + " retries") + " after " + after);
        }
    }

    /** The tasks as planned; needs as the API shows them, so that both can be read alike. */
    private static ObjectNode document(Plan plan) {
        var document = Json.MAPPER.createObjectNode().put("project", plan.project());
        var tasks = document.putArray("tasks");
        for (int i = 0; i < plan.tasks().size(); i++) {
            var task = plan.tasks().get(i);
            var json = Json.MAPPER.createObjectNode().put("index", i);
            json.setAll((ObjectNode) Json.MAPPER.valueToTree(task));
            var names = json.putArray("needs");
            needs(plan, task).forEach(names::add);
            var indexes = json.putArray("needIndexes");
            task.needs().stream().map(Need::task).forEach(indexes::add);
            json.put("allowFailure", task.allowFailure());
            tasks.add(json);
        }
        document.set("warnings", Json.MAPPER.valueToTree(plan.warnings()));
        return document;
    }

    private static List<String> needs(Plan plan, TaskSpec task) {
        return task.needs().stream()
                .map(need -> plan.tasks().get(need.task()).name())
                .toList();
    }
}
