package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.Limits;
import dev.coil.protocol.graph.parse.Problems;

/**
 * Keeps the names under a generator free for what it generates. So nothing that it names can clash with a task that it does not know
 * of, whatever else is generated meanwhile.
 */
final class Generators {

    private Generators() {}

    static void check(Catalog catalog, Scope scope, Problems problems) {
        for (var instance : catalog.instances()) {
            var generates = instance.definition.work().generates();
            if (generates == null || problems.isFull()) {
                continue;
            }
            if (scope.depth() >= Limits.GENERATORS) {
                problems.add(
                        generates.at(),
                        "tasks are generated at most " + Limits.GENERATORS + " deep, and this one is as deep",
                        "let it name its tasks itself");
            }
            for (var other : catalog.instancesThatBegin(instance.name + "/")) {
                problems.add(
                        other.definition.name().at(),
                        "the name '" + other.name + "' stands under '" + instance.name + "', which generates tasks",
                        "those names are for what it generates: rename one of the two");
            }
        }
    }
}
