package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.Position;
import dev.coil.protocol.graph.parse.Problems;
import java.util.Collection;
import java.util.HashSet;

/** Tasks that must succeed, but are not even run, and fail nothing, if one that may fail does. */
final class NeedHints {

    private NeedHints() {}

    static void look(Collection<Instance> instances, Problems warnings) {
        var told = new HashSet<Position>();
        for (var instance : instances) {
            if (!instance.allowFailure && instance.definition.condition() == null) {
                instance.needs.values().stream()
                        .filter(link ->
                                link.target().allowFailure && link.accept().isEmpty())
                        .filter(link -> told.add(link.at()))
                        .findFirst()
                        .ifPresent(link -> warnings.add(
                                link.at(),
                                "'" + instance.name + "' must succeed, but needs '" + link.target().name
                                        + "', which may fail: then it is left out, and the run passes without it",
                                hint(link.target())));
            }
        }
    }

    private static String hint(Instance target) {
        return target.definition.matrix() == null
                ? "write {task: " + target.base() + ", accept: failure}, or let this one fail too"
                : "write {task: " + target.base() + ", matrix: required}, or accept: failure";
    }
}
