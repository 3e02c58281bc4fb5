package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.DidYouMean;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A text of the file in which {@code ${{ matrix.x }}} stands for a value of the instance, and nothing else is substituted but, in a few
 * places that no shell reads, what is known of the run.
 */
public final class Template {

    private static final Pattern AXIS = Pattern.compile("\\s*matrix\\.([A-Za-z_][A-Za-z0-9_-]*)\\s*");

    /** Where what users expect to be substituted is found instead. */
    private static final Map<String, String> ENVIRONMENT = Map.ofEntries(
            Map.entry("ref", "$COIL_REF"),
            Map.entry("branch", "${COIL_REF#refs/heads/}"),
            Map.entry("tag", "${COIL_REF#refs/tags/}"),
            Map.entry("event", "$COIL_EVENT"),
            Map.entry("base", "$COIL_BASE_SHA"),
            Map.entry("github.ref", "$COIL_REF"),
            Map.entry("github.ref_name", "${COIL_REF#refs/heads/}"),
            Map.entry("github.sha", "$COIL_COMMIT"),
            Map.entry("github.event_name", "$COIL_EVENT"),
            Map.entry("github.run_id", "$COIL_RUN"),
            Map.entry("github.workspace", "$PWD"));

    private static final String OPEN = "${{";
    private static final String CLOSE = "}}";

    private final Position at;
    private final List<Part> parts;

    /** Where it stands; {@code null} if nowhere in a file. */
    private final Yaml.@Nullable Scalar node;

    private Template(Position at, List<Part> parts, Yaml.@Nullable Scalar node) {
        this.at = at;
        this.parts = parts;
        this.node = node;
    }

    /**
     * A piece of the text as it stands, or a value.
     *
     * @param axis of which the value is taken; {@code null} for none
     * @param fact of the run, whose value is taken; {@code null} for none
     */
    private record Part(
            String text,
            @Nullable Located<String> axis,
            @Nullable String fact) {

        static Part text(String text) {
            return new Part(text, null, null);
        }

        String value(Map<String, String> matrix, Map<String, String> facts) {
            return axis != null
                    ? matrix.getOrDefault(axis.value(), "")
                    : fact != null ? facts.getOrDefault(fact, "") : text;
        }

        String written() {
            return axis != null ? "${{ matrix." + axis.value() + " }}" : fact != null ? "${{ " + fact + " }}" : text;
        }
    }

    static Template of(Position at, String text) {
        return new Template(at, List.of(Part.text(text)), null);
    }

    static Template read(Yaml.Scalar node, Problems problems) {
        return read(node, Set.of(), problems);
    }

    /** @param facts of the run that may stand in it too */
    static Template read(Yaml.Scalar node, Set<String> facts, Problems problems) {
        var text = node.isEmpty() ? "" : node.text();
        var parts = new ArrayList<Part>();
        int from = 0;
        int count = 0;
        for (int open = text.indexOf(OPEN); open >= 0; open = text.indexOf(OPEN, from)) {
            parts.add(Part.text(text.substring(from, open)));
            var at = node.place(OPEN, count++);
            int close = text.indexOf(CLOSE, open);
            if (close < 0) {
                problems.add(at, "this ${{ has no closing }}", "add it behind the name");
                return of(node.at(), text);
            }
            var inside = text.substring(open + OPEN.length(), close);
            var axis = AXIS.matcher(inside);
            if (axis.matches()) {
                parts.add(new Part("", new Located<>(axis.group(1), at), null));
            } else if (facts.contains(inside.strip())) {
                parts.add(new Part("", null, inside.strip()));
            } else {
                problems.add(
                        at,
                        "only " + substituted(facts) + " substituted, got ${{ " + inside.strip() + " }}",
                        facts.isEmpty() ? hint(inside.strip()) : factHint(inside.strip(), facts));
            }
            from = close + CLOSE.length();
        }
        parts.add(Part.text(text.substring(from)));
        return new Template(node.at(), List.copyOf(parts), node);
    }

    private static String substituted(Set<String> facts) {
        return facts.isEmpty()
                ? "${{ matrix.… }} is"
                : "${{ matrix.… }}, " + String.join(", ", new TreeSet<>(facts)) + " are";
    }

    /** The environment is no remedy here: no task runs yet. */
    private static String factHint(String name, Set<String> facts) {
        var meant = DidYouMean.hint(name, facts);
        return meant == null ? "use one of these" : meant;
    }

    private static String hint(String name) {
        var variable = ENVIRONMENT.get(name);
        if (variable == null && name.matches("env\\.[A-Za-z_][A-Za-z0-9_]*")) {
            variable = "$" + name.substring(4);
        }
        return variable == null
                ? "everything else comes through the environment"
                : "it comes through the environment: " + variable;
    }

    public Position at() {
        return at;
    }

    /** The place of the first {@code piece} of it; of the whole, where that is not found. */
    public Position at(String piece) {
        return node == null ? at : node.place(piece, 0);
    }

    public boolean isConstant() {
        return parts.size() == 1;
    }

    public List<Located<String>> axes() {
        var axes = new ArrayList<Located<String>>();
        for (var part : parts) {
            if (part.axis() != null) {
                axes.add(part.axis());
            }
        }
        return axes;
    }

    /** The text for an instance with these values; an axis that it does not have is empty. */
    public String text(Map<String, String> matrix) {
        return text(matrix, Map.of());
    }

    /** The same with what is known of the run. */
    public String text(Map<String, String> matrix, Map<String, String> facts) {
        if (parts.size() == 1) {
            return parts.get(0).text();
        }
        return parts.stream().map(part -> part.value(matrix, facts)).collect(Collectors.joining());
    }

    @Override
    public String toString() {
        return parts.stream().map(Part::written).collect(Collectors.joining());
    }
}
