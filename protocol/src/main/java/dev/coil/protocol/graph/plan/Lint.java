package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.Problem;
import dev.coil.protocol.graph.parse.GraphParser;
import java.util.List;

/** Everything to be said of a graph file without running it. */
public final class Lint {

    private Lint() {}

    /**
     * What was found.
     *
     * @param errors empty if the file can be run
     * @param warnings what is probably not meant; empty as long as there are errors
     * @param tasks how many tasks a run of it has; 0 as long as there are errors
     */
    public record Findings(List<Problem> errors, List<Problem> warnings, int tasks) {}

    public static Findings check(String fileName, String text) {
        try {
            // nothing changed, as far as the file alone goes: that it is unknown is no fault of the file
            var context = new PlanContext("project", "manual", "", "", List.of(), List.of());
            var plan = Planner.plan(GraphParser.parse(fileName, text), context);
            return new Findings(List.of(), plan.warnings(), plan.tasks().size());
        } catch (GraphException e) {
            return new Findings(e.problems(), List.of(), 0);
        }
    }
}
