package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.Position;
import dev.coil.protocol.graph.parse.Problems;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The tasks that somebody asked for, and what these need. */
final class Selection {

    private Selection() {}

    /** Of all {@code ordered} instances those that are kept. What matches nothing goes to the problems. */
    static List<Instance> keep(
            List<Instance> ordered, Catalog catalog, List<String> selected, Position at, Problems problems) {
        if (selected.isEmpty()) {
            return ordered;
        }
        var open = new ArrayDeque<Instance>();
        for (var name : selected) {
            var matching = matching(name, catalog);
            if (matching.isEmpty()) {
                problems.add(at, "there is no task '" + name + "' to select", catalog.suggestion(name));
            }
            open.addAll(matching);
        }
        Set<Instance> kept = new HashSet<>();
        while (!open.isEmpty()) {
            var instance = open.pop();
            if (kept.add(instance)) {
                open.addAll(instance.needs.keySet());
            }
        }
        return ordered.stream().filter(kept::contains).toList();
    }

    /** What a name, a group or a glob stands for. */
    static List<Instance> matching(String name, Catalog catalog) {
        var task = catalog.task(name);
        if (task != null) {
            return task;
        }
        var instance = catalog.instance(name);
        if (instance != null) {
            return List.of(instance);
        }
        if (Glob.isGlob(name)) {
            var glob = Glob.ofNames(name);
            return catalog.instances().stream()
                    .filter(i -> glob.matches(i.base()) || glob.matches(i.name))
                    .toList();
        }
        var group = name.endsWith("/") ? name : name + "/";
        return catalog.instances().stream()
                .filter(i -> i.name.startsWith(group))
                .toList();
    }
}
