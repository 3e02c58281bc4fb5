package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.parse.GraphFile;
import dev.coil.protocol.graph.parse.Limits;
import dev.coil.protocol.graph.parse.Position;
import dev.coil.protocol.graph.parse.Problems;
import dev.coil.protocol.graph.parse.Setting;
import dev.coil.protocol.graph.parse.TaskDefinition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** All instances of all tasks, by name. */
final class Catalog {

    private static final int LONGEST_NAME = 200;
    private static final int NAMES_TOLD = 3;
    private static final Pattern UNSAFE = Pattern.compile("[^A-Za-z0-9._+~@:-]");

    private final String prefix;
    private final Problems problems;
    private final Problems warnings;
    private final Machines machines;
    private final Map<String, List<Instance>> byTask = new LinkedHashMap<>();
    private final Map<String, Instance> byName = new LinkedHashMap<>();

    /** The same by name in order, once somebody asks for a prefix. */
    private final NavigableMap<String, Instance> sorted = new TreeMap<>();

    private boolean complete = true;

    private Catalog(GraphFile file, Scope scope, Problems problems, Problems warnings) {
        this.prefix = scope.prefix();
        this.problems = problems;
        this.warnings = warnings;
        this.machines = new Machines(file, problems, warnings);
    }

    /** Expands every matrix. What is wrong goes to the problems. */
    static Catalog of(GraphFile file, Scope scope, Problems problems, Problems warnings) {
        var catalog = new Catalog(file, scope, problems, warnings);
        for (var task : file.tasks().values()) {
            if (problems.isFull()) {
                catalog.complete = false;
                break;
            }
            catalog.add(task);
            if (scope.depth() > 0 && catalog.byName.size() > Limits.GENERATED) {
                catalog.complete = false;
                problems.add(
                        task.name().at(),
                        "with this task, '" + scope.generator() + "' generates more than 100,000 tasks",
                        "let one task do more");
                break;
            }
            if (catalog.byName.size() > Limits.TASKS) {
                catalog.complete = false;
                problems.add(task.name().at(), Limits.TOO_MANY_TASKS, Limits.FEWER_TASKS);
                break;
            }
        }
        return catalog;
    }

    /** Whether every task has all its instances, so that it makes sense to look at needs. */
    boolean isComplete() {
        return complete;
    }

    /** Those whose name has this prefix, in the order of the file; fast where few have it. */
    Collection<Instance> instancesThatBegin(String prefix) {
        if (prefix.isEmpty()) {
            return byName.values();
        }
        if (sorted.size() != byName.size()) {
            sorted.putAll(byName);
        }
        return sorted.subMap(prefix, prefix + Character.MAX_VALUE).values().stream()
                .sorted(Comparator.comparingInt(instance -> instance.order))
                .toList();
    }

    Collection<Instance> instances() {
        return byName.values();
    }

    Collection<String> taskNames() {
        return byTask.keySet();
    }

    /** The instances of a task; {@code null} if there is no such task. */
    @Nullable
    List<Instance> task(String name) {
        return byTask.get(name);
    }

    List<Instance> instances(TaskDefinition task) {
        return byTask.getOrDefault(task.name().value(), List.of());
    }

    @Nullable
    Instance instance(String name) {
        return byName.get(name);
    }

    /** A hint to a task or, failing that, an instance of a name like this; else to what there is. */
    String suggestion(String name) {
        var task = DidYouMean.hint(name, byTask.keySet());
        var similar = task != null ? task : DidYouMean.hint(name, byName.keySet());
        if (similar != null) {
            return similar;
        }
        if (!prefix.isEmpty()) {
            return "a generated task can need the others of its file: what else it needs, let its generator need";
        }
        var some = String.join(", ", byTask.keySet().stream().limit(NAMES_TOLD).toList());
        return byTask.size() <= NAMES_TOLD ? "there are " + some : "among the " + byTask.size() + " tasks are " + some;
    }

    private void add(TaskDefinition task) {
        var combinations = task.matrix() == null
                ? List.of(MatrixExpansion.Combination.NONE)
                : MatrixExpansion.expand(task.matrix(), problems, warnings);
        complete &= !combinations.isEmpty();
        var instances = new ArrayList<Instance>(combinations.size());
        for (var combination : combinations) {
            var name = name(task, combination);
            var machine = machines.machine(task, combination.values());
            var allowFailure = allowFailure(task.limits(), machine, combination.values());
            var instance = new Instance(task, name, combination, byName.size(), machine, allowFailure);
            var full = prefix + name;
            if (full.length() > LONGEST_NAME) {
                problems.add(
                        task.name().at(),
                        "the name '" + full.substring(0, 40) + "…" + full.substring(full.length() - 20) + "' has "
                                + full.length() + " characters, at most 200 are allowed",
                        "shorten the task's name or the values of its matrix");
            }
            var other = byName.putIfAbsent(name, instance);
            if (other == null) {
                instances.add(instance);
            } else {
                complete = false;
                clash(instance, other);
            }
        }
        byTask.put(task.name().value(), instances);
    }

    private static String name(TaskDefinition task, MatrixExpansion.Combination combination) {
        var name = new StringBuilder(task.name().value());
        for (var axis : combination.axes()) {
            var value = UNSAFE.matcher(combination.values().get(axis)).replaceAll("-");
            name.append('/').append(value.isEmpty() ? "-" : value);
        }
        return name.toString();
    }

    private boolean allowFailure(TaskDefinition.Limits limits, Machine machine, Map<String, String> matrix) {
        var own = value(limits.allowFailure(), matrix);
        if (own != null) {
            return own;
        }
        if (machine.platform() != null && machine.platform().allowFailure()) {
            return true;
        }
        var otherwise = value(limits.defaultAllowFailure(), matrix);
        return otherwise != null && otherwise;
    }

    private <T> @Nullable T value(@Nullable Setting<T> setting, Map<String, String> matrix) {
        return setting == null ? null : setting.value(matrix, problems);
    }

    private void clash(Instance instance, Instance other) {
        var task = instance.definition.name();
        if (instance.base().equals(other.base())) {
            problems.add(
                    task.at(),
                    "two instances of '" + task.value() + "' have the name '" + instance.name + "': "
                            + MatrixExpansion.describe(other.matrix) + ", and "
                            + MatrixExpansion.describe(instance.matrix),
                    "in names, characters such as spaces become -: change one of the values");
        } else {
            Position first = other.definition.name().at();
            problems.add(
                    task.at(),
                    "the name '" + instance.name + "' is taken by the task at " + first.line() + ":" + first.column(),
                    "rename one");
        }
    }
}
