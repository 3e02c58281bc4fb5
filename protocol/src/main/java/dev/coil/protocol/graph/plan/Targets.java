package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.NeedDefinition;
import dev.coil.protocol.graph.parse.Problems;
import dev.coil.protocol.graph.parse.TaskDefinition;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the names and globs of needs stand for: whole tasks, to be joined, and single instances. */
final class Targets {

    static final String ALL_OTHERS = "*";

    private final Catalog catalog;
    private final Problems problems;
    private final Map<String, Found> globs = new HashMap<>();
    private final Map<NeedDefinition, Found> found = new IdentityHashMap<>();

    /** From a task to those that need it, by name. */
    private final Map<String, Set<String>> dependents = new HashMap<>();

    Targets(Catalog catalog, Iterable<TaskDefinition> tasks, Problems problems) {
        this.catalog = catalog;
        this.problems = problems;
        var stars = new ArrayDeque<Star>();
        for (var task : tasks) {
            for (var need : task.needs()) {
                if (need.name().value().equals(ALL_OTHERS)) {
                    stars.push(new Star(task, need));
                } else if (!problems.isFull()) {
                    put(task, need, find(task, need));
                }
            }
            if (task.from() != null) {
                depend(task, task.from().value());
            }
            task.downloads().forEach(download -> depend(task, download.task().value()));
        }
        // of several that wait for all others, the last in the file comes last
        for (var star : stars) {
            put(star.task(), star.need(), allOthers(star.task()));
        }
    }

    /**
     * What a name stands for.
     *
     * @param tasks names of tasks, to be joined
     * @param instances of other tasks
     */
    record Found(List<String> tasks, List<Instance> instances) {
        private static final Found NOTHING = new Found(List.of(), List.of());
    }

    private record Star(TaskDefinition task, NeedDefinition need) {}

    Found of(NeedDefinition need) {
        return found.getOrDefault(need, Found.NOTHING);
    }

    private void put(TaskDefinition task, NeedDefinition need, Found targets) {
        found.put(need, targets);
        var name = task.name().value();
        targets.tasks()
                .forEach(target ->
                        dependents.computeIfAbsent(target, t -> new HashSet<>()).add(name));
        targets.instances().forEach(target -> dependents
                .computeIfAbsent(target.base(), t -> new HashSet<>())
                .add(name));
    }

    private void depend(TaskDefinition task, String name) {
        var instance = catalog.instance(name);
        var target = catalog.task(name) == null && instance != null ? instance.base() : name;
        dependents.computeIfAbsent(target, t -> new HashSet<>()).add(task.name().value());
    }

    private Found find(TaskDefinition task, NeedDefinition need) {
        var name = need.name().value();
        if (catalog.task(name) != null) {
            return new Found(List.of(name), List.of());
        }
        var instance = catalog.instance(name);
        if (instance != null) {
            if (need.reach() != NeedDefinition.Reach.JOINED || !need.fixed().isEmpty()) {
                problems.add(
                        need.name().at(), "'" + name + "' is one instance and has no matrix", "leave 'matrix' out");
            }
            return new Found(List.of(), List.of(instance));
        }
        if (!Glob.isGlob(name)) {
            problems.add(
                    need.name().at(),
                    "'" + task.name().value() + "' needs '" + name + "', but there is no such task",
                    hint(name));
            return Found.NOTHING;
        }
        var all = globs.computeIfAbsent(name, this::glob);
        var others = new Found(
                all.tasks().stream()
                        .filter(other -> !other.equals(task.name().value()))
                        .toList(),
                all.instances().stream()
                        .filter(other -> !other.base().equals(task.name().value()))
                        .toList());
        if (others.tasks().isEmpty() && others.instances().isEmpty() && !need.optional()) {
            problems.add(
                    need.name().at(),
                    "no other task matches '" + name + "'",
                    generatorOf(name) != null ? hint(name) : "optional: true in {task: …} allows that");
        }
        return others;
    }

    /** What it generates has no name that can be needed before it is there. */
    private String hint(String name) {
        var generator = generatorOf(name);
        return generator == null
                ? catalog.suggestion(name)
                : "for all that '" + generator + "' generates, write {generated-by: " + generator + "}";
    }

    private @Nullable String generatorOf(String name) {
        for (int slash = name.indexOf('/'); slash > 0; slash = name.indexOf('/', slash + 1)) {
            var above = catalog.instance(name.substring(0, slash));
            if (above != null && above.definition.isGenerator()) {
                return above.name;
            }
        }
        return null;
    }

    private Found glob(String pattern) {
        var glob = Glob.ofNames(pattern);
        var tasks = new LinkedHashSet<String>();
        var instances = new ArrayList<Instance>();
        for (var instance : catalog.instancesThatBegin(glob.prefix())) {
            if (glob.matches(instance.base())) {
                tasks.add(instance.base());
            } else if (glob.matches(instance.name)) {
                instances.add(instance);
            }
        }
        return new Found(List.copyOf(tasks), instances);
    }

    /** All but the task and those that depend on it. */
    private Found allOthers(TaskDefinition task) {
        var dependent = new HashSet<>(List.of(task.name().value()));
        var open = new ArrayDeque<>(dependent);
        while (!open.isEmpty()) {
            for (var next : dependents.getOrDefault(open.pop(), Set.of())) {
                if (dependent.add(next)) {
                    open.push(next);
                }
            }
        }
        var others = catalog.taskNames().stream()
                .filter(name -> !dependent.contains(name))
                .toList();
        return new Found(others, List.of());
    }
}
