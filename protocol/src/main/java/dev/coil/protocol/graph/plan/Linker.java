package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.parse.Located;
import dev.coil.protocol.graph.parse.NeedDefinition;
import dev.coil.protocol.graph.parse.Problems;
import dev.coil.protocol.graph.parse.TaskDefinition;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Joins instances with those that they need. */
final class Linker {

    /** A barrier between two matrices of 10,000 would be a hundred million edges. */
    private static final int MOST_EDGES = 2_000_000;

    private static final int NAMES_TOLD = 3;

    private final Catalog catalog;
    private final Targets targets;
    private final Problems problems;
    private final Map<String, JoinIndex> indexes = new HashMap<>();
    private final Map<NeedDefinition, Map<List<Instance>, List<Instance.Link>>> links = new IdentityHashMap<>();
    private int edges;

    Linker(Catalog catalog, Targets targets, Problems problems) {
        this.catalog = catalog;
        this.targets = targets;
        this.problems = problems;
    }

    void link(TaskDefinition task, List<Instance> instances) {
        task.needs().forEach(need -> link(need, instances));
        if (task.from() != null && isKnown(task.from())) {
            from(task, task.from(), instances);
        }
        for (var download : task.downloads()) {
            if (isKnown(download.task()) && isDeclared(download)) {
                download(task, download, instances);
            }
        }
    }

    private void link(NeedDefinition need, List<Instance> instances) {
        var found = targets.of(need);
        for (var target : found.tasks()) {
            if (hasAxes(need, target) && mayBeNeeded(need, definition(target))) {
                link(need, target, instances);
            }
        }
        for (var instance : instances) {
            addAll(
                    instance,
                    found.instances().stream()
                            .filter(t -> mayBeNeeded(need, t.definition))
                            .map(t -> link(need, t))
                            .toList());
        }
    }

    private void link(NeedDefinition need, String target, List<Instance> instances) {
        var lonely = new ArrayList<Instance>();
        var cache = links.computeIfAbsent(need, n -> new IdentityHashMap<>());
        // these lists are the same for all instances, and so their links are
        var barrier = need.reach() == NeedDefinition.Reach.JOINED ? null : reached(need, target);
        for (var instance : instances) {
            if (edges > MOST_EDGES) {
                return;
            }
            var partners = barrier != null ? barrier : joined(need, target, instance);
            if (partners.isEmpty()) {
                lonely.add(instance);
            }
            addAll(instance, cache.computeIfAbsent(partners, p -> p.stream()
                    .map(t -> link(need, t))
                    .toList()));
        }
        if (!lonely.isEmpty() && !need.optional()) {
            complain(need, target, lonely);
        }
    }

    private List<Instance> reached(NeedDefinition need, String target) {
        var all = instances(target);
        return need.reach() == NeedDefinition.Reach.ALL
                ? all
                : all.stream().filter(instance -> !instance.allowFailure).toList();
    }

    private List<Instance> joined(NeedDefinition need, String target, Instance instance) {
        if (need.fixed().isEmpty()) {
            return index(target).partners(instance.axes, instance.matrix);
        }
        var axes = new LinkedHashSet<>(instance.axes);
        var values = new LinkedHashMap<>(instance.matrix);
        need.fixed().forEach((axis, value) -> {
            axes.add(axis);
            values.put(axis, value.text(instance.matrix));
        });
        return index(target).partners(axes, values);
    }

    private static Instance.Link link(NeedDefinition need, Instance target) {
        // Of all others, those that are yet to be generated are some.
        boolean all = need.generated() || need.name().value().equals(Targets.ALL_OTHERS);
        boolean generated = all && target.definition.isGenerator();
        return new Instance.Link(target, need.accept(), generated, need.name().at());
    }

    private boolean mayBeNeeded(NeedDefinition need, TaskDefinition target) {
        if (need.generated() && !target.isGenerator()) {
            problems.add(
                    need.name().at(),
                    "the task '" + target.name().value() + "' generates nothing",
                    "write {task: " + need.name().value() + "}, or give it 'generates'");
            return false;
        }
        return true;
    }

    private void addAll(Instance instance, List<Instance.Link> links) {
        for (var link : links) {
            instance.needs.merge(link.target(), link, Linker::both);
            edges++;
        }
        if (edges > MOST_EDGES && !links.isEmpty()) {
            problems.add(
                    links.get(0).at(),
                    "with this need the run has more than 2,000,000 edges",
                    "let a task without a matrix wait for the one side, and the other side for that task");
        }
    }

    /** One edge that accepts what either accepts, and is to all that the target generates if either is. */
    private static Instance.Link both(Instance.Link first, Instance.Link second) {
        if (first.accept().containsAll(second.accept()) && first.generated() == second.generated()) {
            return first;
        }
        var accept = new LinkedHashSet<Outcome>(first.accept());
        accept.addAll(second.accept());
        boolean generated = first.generated() || second.generated();
        return new Instance.Link(first.target(), List.copyOf(accept), generated, first.at());
    }

    private boolean hasAxes(NeedDefinition need, String target) {
        var matrix = definition(target).matrix();
        for (var axis : need.fixed().keySet()) {
            var axes = matrix == null ? List.<String>of() : List.copyOf(matrix.axisNames());
            if (!axes.contains(axis)) {
                problems.add(
                        need.name().at(), "the task '" + target + "' has no axis '" + axis + "'", hint(axis, axes));
                return false;
            }
        }
        return true;
    }

    private static String hint(String axis, List<String> axes) {
        var similar = DidYouMean.hint(axis, axes);
        return similar != null ? similar : axes.isEmpty() ? "it has no matrix" : "it has " + String.join(", ", axes);
    }

    private void complain(NeedDefinition need, String target, List<Instance> lonely) {
        var first = lonely.get(0);
        var they = "'" + first.name + "'"
                + (lonely.size() == 1 ? " needs " : " and " + (lonely.size() - 1) + " more need ");
        if (need.reach() == NeedDefinition.Reach.REQUIRED) {
            problems.add(
                    need.name().at(),
                    they + "the required instances of '" + target + "', but all of them may fail",
                    "write matrix: all");
            return;
        }
        var wanted = new LinkedHashMap<String, String>();
        for (var axis : axes(target)) {
            if (need.fixed().containsKey(axis)) {
                wanted.put(axis, need.fixed().get(axis).text(first.matrix));
            } else if (first.axes.contains(axis)) {
                wanted.put(axis, first.matrix.get(axis));
            }
        }
        problems.add(
                need.name().at(),
                they + "'" + target + "', which has no instance with " + MatrixExpansion.describe(wanted),
                need.fixed().isEmpty()
                        ? "exclude it here as well, or write {task: " + target + ", optional: true}"
                        : "write {axis: value} with values that it has");
    }

    private void from(TaskDefinition task, Located<String> from, List<Instance> instances) {
        boolean needed = isNeeded(task, from.value());
        for (var instance : instances) {
            var sources = implied(instance, from, needed);
            if (sources.size() != 1) {
                var names = sources.stream()
                        .limit(NAMES_TOLD)
                        .map(source -> source.name)
                        .toList();
                var told = String.join(", ", names) + (sources.size() > NAMES_TOLD ? ", …" : "");
                problems.add(
                        from.at(),
                        "'" + instance.name + "' can start in the tree of one instance of '" + from.value()
                                + "', but joins " + (sources.isEmpty() ? "none" : sources.size() + ": " + told),
                        sources.isEmpty() ? "name one that is there, or exclude this one" : "name one of them");
                return;
            }
            instance.from = sources.get(0);
        }
    }

    private void download(TaskDefinition task, TaskDefinition.Download download, List<Instance> instances) {
        var name = download.task();
        boolean needed = isNeeded(task, name.value());
        var lonely = new ArrayList<Instance>();
        for (var instance : instances) {
            var sources = implied(instance, name, needed);
            sources.forEach(source -> instance.fetches.add(new Instance.Fetch(source, download)));
            if (sources.isEmpty()) {
                lonely.add(instance);
            }
        }
        // where it is among the needs, these have complained already, or it is optional
        if (!lonely.isEmpty() && !needed) {
            complain(NeedDefinition.on(name), name.value(), lonely);
        }
    }

    /**
     * The instances that {@code from} or {@code download} names. Where the task is among the needs, they are those that are
     * needed; else the name is a need itself.
     */
    private List<Instance> implied(Instance instance, Located<String> name, boolean needed) {
        var one = catalog.task(name.value()) == null ? catalog.instance(name.value()) : null;
        if (one == null && needed) {
            return instance.needs.keySet().stream()
                    .filter(target -> target.base().equals(name.value()))
                    .toList();
        }
        var partners = one != null ? List.of(one) : index(name.value()).partners(instance.axes, instance.matrix);
        addAll(
                instance,
                partners.stream()
                        .map(t -> new Instance.Link(t, List.of(), false, name.at()))
                        .toList());
        return partners;
    }

    private boolean isKnown(Located<String> name) {
        boolean known = catalog.task(name.value()) != null || catalog.instance(name.value()) != null;
        if (!known) {
            problems.add(name.at(), "there is no task '" + name.value() + "'", catalog.suggestion(name.value()));
        }
        return known;
    }

    private boolean isNeeded(TaskDefinition task, String name) {
        for (var need : task.needs()) {
            var found = targets.of(need);
            if (found.tasks().contains(name)
                    || found.instances().stream()
                            .anyMatch(target -> target.base().equals(name))) {
                return true;
            }
        }
        return false;
    }

    private boolean isDeclared(TaskDefinition.Download download) {
        var name = download.task();
        var one = catalog.instance(name.value());
        var source = catalog.task(name.value()) == null && one != null ? one.definition : definition(name.value());
        var artifacts = source.work().artifacts().stream()
                .map(artifact -> artifact.name().value())
                .toList();
        if (artifacts.contains(download.artifact())) {
            return true;
        }
        var hint = DidYouMean.hint(download.artifact(), artifacts);
        problems.add(
                name.at(),
                "the task '" + source.name().value() + "' has no artifact '" + download.artifact() + "'",
                hint != null
                        ? hint
                        : artifacts.isEmpty()
                                ? "name what it keeps under its 'artifacts'"
                                : "it has " + String.join(", ", artifacts));
        return false;
    }

    private JoinIndex index(String task) {
        return indexes.computeIfAbsent(task, name -> new JoinIndex(instances(name)));
    }

    private List<String> axes(String task) {
        var matrix = definition(task).matrix();
        return matrix == null ? List.of() : List.copyOf(matrix.axisNames());
    }

    private TaskDefinition definition(String task) {
        return instances(task).get(0).definition;
    }

    private List<Instance> instances(String task) {
        var instances = catalog.task(task);
        if (instances == null) {
            throw new IllegalArgumentException("no task " + task);
        }
        return instances;
    }
}
