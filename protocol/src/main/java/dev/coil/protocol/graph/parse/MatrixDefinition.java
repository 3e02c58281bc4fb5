package dev.coil.protocol.graph.parse;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The matrix of a task as it stands in the file.
 *
 * @param axes each with the source text of its values, in the order of the file
 */
public record MatrixDefinition(Position at, List<Axis> axes, List<Combination> include, List<Combination> exclude) {

    public record Axis(Located<String> name, List<Located<String>> values) {}

    /** Values for some axes. */
    public record Combination(Position at, Map<String, String> values) {}

    /** The axes that make an instance's name and join it with others: the declared ones, else those of {@code include}. */
    public Set<String> axisNames() {
        var names = new LinkedHashSet<String>();
        axes.forEach(axis -> names.add(axis.name().value()));
        if (names.isEmpty()) {
            include.forEach(combination -> names.addAll(combination.values().keySet()));
        }
        return names;
    }

    /** Everything that may stand behind {@code matrix.}. */
    public Set<String> names() {
        var names = new LinkedHashSet<>(axisNames());
        include.forEach(combination -> names.addAll(combination.values().keySet()));
        return names;
    }
}
