package dev.coil.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.Golden;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.PlanContext;
import dev.coil.protocol.graph.plan.Planner;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every message of {@code graphs/bad.txt} and {@code graphs/doubtful.txt}: a title, a graph, and what is said of it. */
class BadGraphsTest {

    @Test
    void shouldSayWhatIsWrongWithEachBadGraph() {
        var file = Golden.path("graphs/bad.txt");
        var actual = new StringBuilder();
        for (var sample : BadGraph.read(Golden.read(file))) {
            actual.append(sample.with(messages(sample.graph()))).append('\n');
        }

        Golden.assertEqual(file, actual.toString());
    }

    @Test
    void shouldHaveSomethingToSayOfEachBadGraph() {
        for (var sample : BadGraph.read(Golden.read(Golden.path("graphs/bad.txt")))) {
            assertThat(messages(sample.graph())).as(sample.title()).isNotEmpty();
        }
    }

    @Test
    void shouldWarnOfScriptsThatMostLikelyMeanSomethingElse() {
        var file = Golden.path("graphs/doubtful.txt");
        var actual = new StringBuilder();
        for (var sample : BadGraph.read(Golden.read(file))) {
            actual.append(sample.with(warnings(sample.graph()))).append('\n');
        }

        Golden.assertEqual(file, actual.toString());
    }

    private static String warnings(String graph) {
        return Planner.plan(GraphParser.parse(".coil.yml", graph), PlanContext.manual("project")).warnings().stream()
                .map(warning -> warning + "\n")
                .collect(Collectors.joining());
    }

    /** The messages, a line each. */
    private static String messages(String graph) {
        try {
            Planner.plan(GraphParser.parse(".coil.yml", graph), PlanContext.manual("project"));
            return "";
        } catch (GraphException e) {
            return e.getMessage() + "\n";
        }
    }
}
