package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.DidYouMean;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Looks for names of tasks that no task of the file can have. The planner says more of them, but only of a file that is sound in itself;
 * this is for one that is not, so that both kinds of mistakes are told at once.
 */
final class NamesNeeded {

    private static final int NAMES_TOLD = 3;

    private final Set<String> names = new HashSet<>();
    private final List<String> inOrder;
    private final Problems problems;

    private NamesNeeded(Yaml.Mapping graph, Yaml.Mapping tasks, Problems problems) {
        this.problems = problems;
        this.inOrder = tasks.entries().stream()
                .map(entry -> entry.key().text())
                .filter(name -> !name.startsWith("x-"))
                .toList();
        names.addAll(inOrder);
        addMisplaced(graph);
        tasks.entries().forEach(task -> addMisplaced(task.value()));
    }

    static void check(Yaml.Mapping graph, Yaml.Mapping tasks, Problems problems) {
        var check = new NamesNeeded(graph, tasks, problems);
        if (graph.get("on") instanceof Yaml.Mapping on && on.get("schedule") instanceof Yaml.Sequence schedules) {
            schedules.items().forEach(check::schedule);
        }
        for (var entry : tasks.entries()) {
            if (entry.value() instanceof Yaml.Mapping task && !problems.isFull()) {
                check.needs(entry.key().text(), task.get("needs"));
                if (task.get("from") instanceof Yaml.Scalar from) {
                    check.known(from, "there is no task '" + from.text() + "'");
                }
            }
        }
    }

    private void schedule(Yaml schedule) {
        var tasks = schedule instanceof Yaml.Mapping keys ? keys.get("tasks") : null;
        for (var name : tasks instanceof Yaml.Sequence list ? list.items() : Collections.singletonList(tasks)) {
            if (name instanceof Yaml.Scalar scalar) {
                known(scalar, "a schedule starts '" + scalar.text() + "', but there is no such task");
            }
        }
    }

    /** A task that is indented too little or too much is complained of already, not those that need it. */
    private void addMisplaced(Yaml node) {
        if (node instanceof Yaml.Mapping mapping) {
            mapping.entries().stream()
                    .filter(entry -> TaskHints.mayBeTask(entry.value()))
                    .forEach(entry -> names.add(entry.key().text()));
        }
    }

    private void needs(String task, @Nullable Yaml needs) {
        if (needs instanceof Yaml.Sequence sequence) {
            sequence.items().forEach(item -> need(task, item));
        } else if (needs != null) {
            need(task, needs);
        }
    }

    private void need(String task, Yaml need) {
        var name = need instanceof Yaml.Mapping map ? map.get("task") : need;
        if (name instanceof Yaml.Scalar scalar && !scalar.isEmpty()) {
            known(scalar, "'" + task + "' needs '" + scalar.text() + "', but there is no such task");
        }
    }

    /** A glob may match nothing and an instance's name depends on its matrix: that is for the planner to see. */
    private void known(Yaml.Scalar name, String otherwise) {
        var text = name.text();
        int slash = text.indexOf('/');
        while (slash > 0 && !names.contains(text.substring(0, slash))) {
            slash = text.indexOf('/', slash + 1);
        }
        if (!names.contains(text) && slash < 0 && text.matches("[A-Za-z0-9][A-Za-z0-9._/+~@:-]*")) {
            problems.add(name.at(), otherwise, suggestion(text));
        }
    }

    private String suggestion(String name) {
        var similar = DidYouMean.hint(name, inOrder);
        if (similar != null) {
            return similar;
        }
        var some = String.join(", ", inOrder.stream().limit(NAMES_TOLD).toList());
        return inOrder.size() <= NAMES_TOLD
                ? "there are " + some
                : "among the " + inOrder.size() + " tasks are " + some;
    }
}
