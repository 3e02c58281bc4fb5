package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.DidYouMean;
import dev.coil.protocol.graph.parse.Located;
import dev.coil.protocol.graph.parse.Position;
import dev.coil.protocol.graph.parse.Problems;
import dev.coil.protocol.graph.parse.Quantity;
import dev.coil.protocol.graph.parse.RunsOn;
import dev.coil.protocol.tuple.Constraint;
import dev.coil.protocol.tuple.Platforms;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads conditions on facts. */
final class Facts {

    private static final Pattern COMPARISON = Pattern.compile("(<=|>=|<|>)\\s*(.*)");
    private static final Pattern PLAIN = Pattern.compile("[^\\s|<>=!][^\\s|]*");
    private static final List<String> QUANTITIES = List.of("cpus", "memory", "disk");

    private final Problems problems;
    private final Problems warnings;

    Facts(Problems problems, Problems warnings) {
        this.problems = problems;
        this.warnings = warnings;
    }

    /** {@code null} if it is wrong, which then is among the problems. */
    @Nullable
    Constraint constraint(RunsOn.Fact fact, Map<String, String> matrix) {
        var name = fact.name();
        if (!fact.list()) {
            var template = fact.values().get(0);
            var comparison = COMPARISON.matcher(template.text(matrix).strip());
            if (comparison.matches()) {
                return compare(name, template.at(), comparison.group(1), comparison.group(2));
            }
        }
        var values = new TreeSet<String>();
        for (var template : fact.values()) {
            var value = value(name, template.at(), template.text(matrix).strip());
            if (value == null) {
                return null;
            }
            values.add(value);
        }
        return new Constraint.OneOf(values);
    }

    private @Nullable Constraint compare(Located<String> name, Position at, String symbol, String text) {
        if (name.value().equals("os") || name.value().equals("arch")) {
            problems.add(at, "'" + name.value() + "' cannot be compared", "write one value or a list");
            return null;
        }
        var bound = Quantity.parse(text);
        if (bound == null) {
            problems.add(at, "expected " + Quantity.EXPECTED + " behind " + symbol + ", got '" + text + "'");
            return null;
        }
        for (var operator : Constraint.Operator.values()) {
            if (operator.symbol().equals(symbol)) {
                return new Constraint.Compare(operator, bound);
            }
        }
        throw new IllegalStateException("no operator " + symbol);
    }

    private @Nullable String value(Located<String> name, Position at, String text) {
        return switch (name.value()) {
            case "os" -> vocabulary(at, "operating system", text, Platforms.system(text), Platforms.SYSTEMS);
            case "arch" -> vocabulary(at, "architecture", text, Platforms.architecture(text), Platforms.ARCHITECTURES);
            default -> QUANTITIES.contains(name.value()) ? quantity(name, at, text) : plain(at, text);
        };
    }

    private @Nullable String vocabulary(Position at, String what, String text, String normal, List<String> known) {
        if (known.contains(normal)) {
            return normal;
        }
        var hint = DidYouMean.hint(normal, known);
        problems.add(
                at,
                "unknown " + what + " '" + text + "'",
                hint != null ? hint : "there are " + String.join(", ", known));
        return null;
    }

    private @Nullable String quantity(Located<String> name, Position at, String text) {
        var number = Quantity.parse(text);
        if (number == null) {
            problems.add(at, "expected " + Quantity.EXPECTED + ", got '" + text + "'", listHint(text));
            return null;
        }
        warnings.add(
                at,
                "this asks for exactly " + name.value() + "=" + text,
                "for at least that, write \">=" + text + "\"");
        return number.stripTrailingZeros().toPlainString();
    }

    private @Nullable String plain(Position at, String text) {
        if (!PLAIN.matcher(text).matches()) {
            problems.add(at, "expected a value without spaces and |, got '" + text + "'", listHint(text));
            return null;
        }
        return text;
    }

    private static @Nullable String listHint(String text) {
        return COMPARISON.matcher(text).matches() ? "a comparison stands alone, not in a list" : null;
    }
}
