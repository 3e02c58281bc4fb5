package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.DidYouMean;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code matrix}, which is known to be of the right shape. */
final class MatrixReader {

    private static final String PLATFORM = "platform";

    private final List<Located<String>> platforms;
    private final Problems problems;

    MatrixReader(List<Located<String>> platforms, Problems problems) {
        this.platforms = platforms;
        this.problems = problems;
    }

    MatrixDefinition read(Yaml.Mapping node) {
        var axes = new ArrayList<MatrixDefinition.Axis>();
        for (var entry : node.entries()) {
            var name = entry.key().text();
            if (!name.equals("include") && !name.equals("exclude") && !name.startsWith("x-")) {
                axes.add(new MatrixDefinition.Axis(
                        new Located<>(name, entry.key().at()), values(name, entry.value())));
            }
        }
        var matrix = new MatrixDefinition(
                node.at(), axes, combinations(node.get("include")), combinations(node.get("exclude")));
        if (axes.isEmpty() && matrix.include().isEmpty()) {
            problems.add(
                    node.at(), "this matrix has no axis", "give it one, such as os: [linux, freebsd], or leave it out");
        }
        checkExcludes(matrix);
        return matrix;
    }

    private List<Located<String>> values(String axis, Yaml node) {
        if (node instanceof Yaml.Sequence sequence) {
            var seen = new LinkedHashSet<String>();
            var values = new ArrayList<Located<String>>();
            for (var item : sequence.items()) {
                var text = ((Yaml.Scalar) item).text();
                if (seen.add(text)) {
                    values.add(new Located<>(text, item.at()));
                } else {
                    problems.add(item.at(), "the value '" + Yaml.abbreviated(text) + "' is there twice", "remove one");
                }
            }
            return values;
        }
        if (!axis.equals(PLATFORM)) {
            problems.add(node.at(), "expected a list, got 'all'", "only the axis 'platform' can be all");
        } else if (platforms.isEmpty()) {
            problems.add(
                    node.at(),
                    "all means every name under 'platforms', and there is none",
                    "define them, or list values");
        }
        return axis.equals(PLATFORM) ? platforms : List.of();
    }

    private static List<MatrixDefinition.Combination> combinations(@Nullable Yaml node) {
        var combinations = new ArrayList<MatrixDefinition.Combination>();
        if (node instanceof Yaml.Sequence sequence) {
            for (var item : sequence.items()) {
                Map<String, String> values = new LinkedHashMap<>();
                for (var entry : ((Yaml.Mapping) item).entries()) {
                    values.put(entry.key().text(), ((Yaml.Scalar) entry.value()).text());
                }
                combinations.add(new MatrixDefinition.Combination(item.at(), values));
            }
        }
        return combinations;
    }

    private void checkExcludes(MatrixDefinition matrix) {
        var axes = matrix.axes().stream().map(axis -> axis.name().value()).toList();
        for (var exclude : matrix.exclude()) {
            for (var axis : exclude.values().keySet()) {
                if (!axes.contains(axis)) {
                    problems.add(
                            exclude.at(),
                            "the matrix has no axis '" + axis + "' to exclude",
                            DidYouMean.hint(axis, axes));
                }
            }
        }
    }
}
