package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.Outcome;
import java.util.List;
import java.util.Map;

/**
 * A need as it stands in the file.
 *
 * @param name of a task or an instance, or a glob
 * @param reach which instances of a task
 * @param fixed values of axes, where they are not the needing instance's own
 * @param optional whether there may be no such instance
 * @param accept outcomes beside success that satisfy it
 * @param generated whether all that it generates is needed as well
 */
public record NeedDefinition(
        Located<String> name,
        Reach reach,
        Map<String, Template> fixed,
        boolean optional,
        List<Outcome> accept,
        boolean generated) {

    /** Which instances of a task are needed. */
    public enum Reach {
        /** Those with the same values on the axes that both have. */
        JOINED,
        ALL,
        /** Those that are not allowed to fail. */
        REQUIRED
    }

    public static NeedDefinition on(Located<String> name) {
        return new NeedDefinition(name, Reach.JOINED, Map.of(), false, List.of(), false);
    }
}
