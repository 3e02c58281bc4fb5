package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.parse.Position;
import dev.coil.protocol.graph.parse.TaskDefinition;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A task of the run in the making: one combination of a definition's matrix. Compared by identity. */
final class Instance {

    final TaskDefinition definition;
    final String name;

    /** The axes that it has a value for, in axis order; they join it with others. */
    final List<String> axes;

    /** Values of its axes, then of what {@code include} added. */
    final Map<String, String> matrix;

    /** Its place in the order of the file. */
    final int order;

    final Machine machine;
    final boolean allowFailure;

    final Map<Instance, Link> needs = new LinkedHashMap<>();
    final List<Fetch> fetches = new ArrayList<>();

    @Nullable
    Instance from;

    Instance(
            TaskDefinition definition,
            String name,
            MatrixExpansion.Combination combination,
            int order,
            Machine machine,
            boolean allowFailure) {
        this.definition = definition;
        this.name = name;
        this.axes = combination.axes();
        this.matrix = combination.values();
        this.order = order;
        this.machine = machine;
        this.allowFailure = allowFailure;
    }

    String base() {
        return definition.name().value();
    }

    /** An edge, perhaps to all that the target generates as well, and what in the file makes it one. */
    record Link(Instance target, List<Outcome> accept, boolean generated, Position at) {}

    /** An artifact to fetch. */
    record Fetch(Instance source, TaskDefinition.Download download) {}
}
