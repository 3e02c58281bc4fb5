package dev.coil.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.Golden;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.PlanContext;
import dev.coil.protocol.graph.plan.Planner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every message of {@code graphs/bad.txt}: a title, a graph, and what is said of it. */
class BadGraphsTest {

    private static final String TITLE = "#### ";
    private static final String ARROW = "=>\n";

    @Test
    void shouldSayWhatIsWrongWithEachBadGraph() {
        var file = Golden.path("graphs/bad.txt");
        var actual = new StringBuilder();
        for (var sample : samples(Golden.read(file))) {
            actual.append(TITLE).append(sample.title()).append('\n');
            actual.append(sample.graph()).append(ARROW);
            actual.append(messages(sample.graph())).append("\n");
        }

        Golden.assertEqual(file, actual.toString());
    }

    @Test
    void shouldHaveSomethingToSayOfEachBadGraph() {
        for (var sample : samples(Golden.read(Golden.path("graphs/bad.txt")))) {
            assertThat(messages(sample.graph())).as(sample.title()).isNotEmpty();
        }
    }

    private record Sample(String title, String graph) {}

    private static List<Sample> samples(String text) {
        var samples = new ArrayList<Sample>();
        for (var part : ("\n" + text.stripTrailing()).split("\n" + TITLE)) {
            if (!part.isEmpty()) {
                part += "\n";
                int line = part.indexOf('\n') + 1;
                int arrow = part.startsWith(ARROW, line) ? line : part.indexOf("\n" + ARROW) + 1;
                samples.add(new Sample(part.substring(0, line - 1), part.substring(line, arrow)));
            }
        }
        return samples;
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
