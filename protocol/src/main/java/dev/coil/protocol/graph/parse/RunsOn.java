package dev.coil.protocol.graph.parse;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task or a platform asks of a machine, as it stands in the file.
 *
 * @param form how it is written
 * @param platform a name under {@code platforms}; {@code null} if none is named
 */
public record RunsOn(Position at, Form form, @Nullable Template platform, List<Fact> facts, List<Template> labels) {

    /** How it is written: a platform's name, a list of labels, or a map of constraints. */
    public enum Form {
        NAME,
        LABELS,
        MAP
    }

    /**
     * A condition on a fact of the machine.
     *
     * @param list whether the values stand in a list, of which any will do
     */
    public record Fact(Located<String> name, List<Template> values, boolean list) {}
}
