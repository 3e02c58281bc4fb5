package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.parse.MatrixDefinition;
import dev.coil.protocol.graph.parse.Position;
import dev.coil.protocol.graph.parse.Problems;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The combinations of a matrix. {@code exclude} and {@code include} mean what they mean in GitHub Actions: excluded are the
 * combinations that have all of the values; an included entry is added to every original combination none of whose values it
 * would change, and is a combination of its own if there is none.
 */
final class MatrixExpansion {

    static final int MOST_INSTANCES = 10_000;

    /** Before {@code exclude}: so many are looked at. */
    private static final int MOST_COMBINATIONS = 100_000;

    private final MatrixDefinition matrix;
    private final Problems problems;
    private final Problems warnings;

    private MatrixExpansion(MatrixDefinition matrix, Problems problems, Problems warnings) {
        this.matrix = matrix;
        this.problems = problems;
        this.warnings = warnings;
    }

    /**
     * One combination.
     *
     * @param axes the axes among the keys of {@code values}
     */
    record Combination(List<String> axes, Map<String, String> values) {
        static final Combination NONE = new Combination(List.of(), Map.of());
    }

    /** Never empty, unless something is wrong. */
    static List<Combination> expand(MatrixDefinition matrix, Problems problems, Problems warnings) {
        return new MatrixExpansion(matrix, problems, warnings).expand();
    }

    private List<Combination> expand() {
        var originals = originals();
        if (originals == null) {
            return List.of();
        }
        var combinations = include(originals);
        if (combinations.isEmpty()) {
            problems.add(
                    matrix.at(),
                    "nothing is left of this matrix: everything is excluded",
                    "exclude less, or remove the task");
        } else if (combinations.size() > MOST_INSTANCES) {
            tooMany(combinations.size());
            return List.of();
        }
        return combinations;
    }

    /** The product of the axes without what is excluded; {@code null} if it is too large. */
    private @Nullable List<Map<String, String>> originals() {
        long size = 1;
        for (var axis : matrix.axes()) {
            size = Math.min(size * axis.values().size(), Integer.MAX_VALUE);
        }
        if (size > MOST_COMBINATIONS || (matrix.exclude().isEmpty() && size > MOST_INSTANCES)) {
            tooMany(size);
            return null;
        }
        List<Map<String, String>> product = new ArrayList<>();
        if (!matrix.axes().isEmpty()) {
            product.add(Map.of());
        }
        for (var axis : matrix.axes()) {
            List<Map<String, String>> longer = new ArrayList<>();
            for (var combination : product) {
                for (var value : axis.values()) {
                    var values = new LinkedHashMap<>(combination);
                    values.put(axis.name().value(), value.value());
                    longer.add(values);
                }
            }
            product = longer;
        }
        for (var exclude : matrix.exclude()) {
            if (!product.removeIf(values -> hasAll(values, exclude.values()))) {
                warnings.add(exclude.at(), "this excludes nothing: no combination has " + describe(exclude.values()));
            }
        }
        return product;
    }

    private List<Combination> include(List<Map<String, String>> originals) {
        var declared = matrix.axes().stream().map(axis -> axis.name().value()).toList();
        var additions = new ArrayList<Map<String, String>>();
        originals.forEach(original -> additions.add(new LinkedHashMap<>()));
        var own = new ArrayList<Combination>();
        for (var include : matrix.include()) {
            var fixed = new LinkedHashMap<>(include.values());
            fixed.keySet().retainAll(declared);
            var added = new LinkedHashMap<>(include.values());
            declared.forEach(added::remove);
            boolean fits = false;
            for (int i = 0; i < originals.size(); i++) {
                if (hasAll(originals.get(i), fixed)) {
                    additions.get(i).putAll(added);
                    fits = true;
                }
            }
            if (!fits) {
                own.add(own(include.values()));
            }
        }
        var combinations = new ArrayList<Combination>();
        for (int i = 0; i < originals.size(); i++) {
            var values = new LinkedHashMap<>(originals.get(i));
            values.putAll(additions.get(i));
            combinations.add(new Combination(declared, values));
        }
        combinations.addAll(own);
        return combinations;
    }

    private Combination own(Map<String, String> included) {
        var axes = matrix.axisNames().stream().filter(included::containsKey).toList();
        var values = new LinkedHashMap<String, String>();
        axes.forEach(axis -> values.put(axis, included.get(axis)));
        values.putAll(included);
        return new Combination(axes, values);
    }

    private void tooMany(long size) {
        Position at = matrix.at();
        var count = size == Integer.MAX_VALUE ? "more than 2,000,000,000" : String.format(Locale.ROOT, "%,d", size);
        problems.add(
                at,
                "this matrix has " + count + " instances, at most 10,000 are allowed",
                "split it into several tasks");
    }

    private static boolean hasAll(Map<String, String> values, Map<String, String> wanted) {
        for (var entry : wanted.entrySet()) {
            if (!Objects.equals(values.get(entry.getKey()), entry.getValue())) {
                return false;
            }
        }
        return true;
    }

    static String describe(Map<String, String> values) {
        return String.join(
                " ",
                values.entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue())
                        .toList());
    }
}
