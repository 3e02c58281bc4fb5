package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.GraphFile;
import dev.coil.protocol.graph.parse.Problems;

/** Whether the tasks that schedules start are there. */
final class Schedules {

    private Schedules() {}

    static void check(GraphFile file, Catalog catalog, Problems problems) {
        for (var name : file.scheduled()) {
            if (Selection.matching(name.value(), catalog).isEmpty()) {
                problems.add(
                        name.at(),
                        "a schedule starts '" + name.value() + "', but there is no such task",
                        catalog.suggestion(name.value()));
            }
        }
    }
}
