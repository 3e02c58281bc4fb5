package dev.coil.protocol.graph.parse;

import java.util.Objects;
import java.util.Set;

/** Reads {@code concurrency}, whose shape is known to be right. */
final class ConcurrencyReader {

    /** What may stand in a group's name beside axes. */
    static final Set<String> CONTEXT = Set.of("ref", "branch", "tag", "event");

    private ConcurrencyReader() {}

    static ConcurrencyDefinition read(Yaml node, Problems problems) {
        if (node instanceof Yaml.Scalar group) {
            return new ConcurrencyDefinition(template(group, problems), 1, false);
        }
        var keys = (Yaml.Mapping) node;
        int max = keys.get("max") instanceof Yaml.Scalar number ? Integer.parseInt(number.text()) : 1;
        boolean cancels = keys.get("cancel-in-progress") instanceof Yaml.Scalar truth
                && truth.text().equals("true");
        return new ConcurrencyDefinition(
                template((Yaml.Scalar) Objects.requireNonNull(keys.get("group")), problems), max, cancels);
    }

    private static Template template(Yaml.Scalar group, Problems problems) {
        return Template.read(group, CONTEXT, problems);
    }
}
