package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.graph.parse.GraphFile;
import dev.coil.protocol.graph.parse.Problems;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** Makes the tasks of a run from a graph file. */
public final class Planner {

    private Planner() {}

    /** @throws GraphException with everything that keeps the file from being run */
    public static Plan plan(GraphFile file, PlanContext context) {
        return plan(file, context, Scope.RUN);
    }

    /**
     * Plans what a task generated as well.
     *
     * @param scope where the tasks come to stand. The needs of the plan count from its own first task
     * @throws GraphException with everything that keeps the file from being run
     */
    public static Plan plan(GraphFile file, PlanContext context, Scope scope) {
        var problems = new Problems(file.file());
        var warnings = new Problems(file.file());

        var catalog = Catalog.of(file, scope, problems, warnings);
        if (!catalog.isComplete()) {
            problems.throwIfAny();
        }
        Generators.check(catalog, scope, problems);
        Schedules.check(file, catalog, problems);
        var targets = new Targets(catalog, file.tasks().values(), problems);
        var linker = new Linker(catalog, targets, problems);
        for (var task : file.tasks().values()) {
            if (!problems.isFull()) {
                linker.link(task, catalog.instances(task));
            }
        }
        var groups = new Groups(context, problems);
        var concurrency = groups.of(file.concurrency(), Map.of());
        var conditions = new Conditions(context, catalog, targets, problems, warnings);
        var builder = new SpecBuilder(scope, conditions, groups, problems);
        var drafts = drafts(catalog, builder, problems);
        problems.throwIfAny();
        file.tasks().values().forEach(new ScriptHints(warnings)::look);
        new NeedHints(warnings).look(catalog.instances());

        var ordered = TopologicalOrder.of(catalog.instances(), problems);
        var kept = Selection.keep(ordered, catalog, context.selected(), file.tasksAt(), problems);
        problems.throwIfAny();

        var project = file.name() != null ? file.name() : context.defaultProject();
        return new Plan(project, concurrency, complete(kept, drafts, builder), warnings.sorted());
    }

    private static Map<Instance, TaskSpec> drafts(Catalog catalog, SpecBuilder builder, Problems problems) {
        var drafts = new HashMap<Instance, TaskSpec>();
        for (var instance : catalog.instances()) {
            if (problems.isFull()) {
                break;
            }
            drafts.put(instance, builder.draft(instance));
        }
        return drafts;
    }

    private static List<TaskSpec> complete(List<Instance> kept, Map<Instance, TaskSpec> drafts, SpecBuilder builder) {
        var indices = new HashMap<Instance, Integer>();
        var keptTrees = new HashSet<Instance>();
        for (var instance : kept) {
            indices.put(instance, indices.size());
            if (instance.from != null) {
                keptTrees.add(instance.from);
            }
        }
        var tasks = new ArrayList<TaskSpec>(kept.size());
        for (var instance : kept) {
            tasks.add(builder.complete(instance, drafts.get(instance), indices, keptTrees));
        }
        return tasks;
    }
}
