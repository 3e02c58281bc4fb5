package dev.coil.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.Golden;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.PlanContext;
import dev.coil.protocol.graph.plan.Planner;
import dev.coil.protocol.graph.plan.Scope;
import org.junit.jupiter.api.Test;

/** Every message of {@code graphs/bad-generated.txt}: a title, a file that a task generated, and what is said of it. */
class BadGeneratedTest {

    private static final String GRAPH = """
            platforms: {linux: {os: linux}}
            defaults: {runs-on: linux}
            x-sharded: {env: {SHARD: "${{ matrix.shard }}"}}
            tasks:
              build: {run: make}
              plan: {run: ./plan > more.yml, generates: more.yml}
            """;

    @Test
    void shouldSayWhatIsWrongWithEachBadFile() {
        var file = Golden.path("graphs/bad-generated.txt");
        var actual = new StringBuilder();
        for (var sample : BadGraph.read(Golden.read(file))) {
            var messages = messages(sample.graph(), 1);
            assertThat(messages).as(sample.title()).isNotEmpty();
            actual.append(sample.with(messages)).append('\n');
        }

        Golden.assertEqual(file, actual.toString());
    }

    @Test
    void shouldNotGenerateDeeperThanFiveGenerators() {
        var generator = "tasks:\n  a: {run: x, generates: y.yml}\n";

        assertThat(messages(generator, 4)).isEmpty();
        assertThat(messages(generator, 5))
                .isEqualTo("more.yml:2:26: tasks are generated at most 5 deep, and this one is as deep"
                        + " (let it name its tasks itself)\n");
    }

    @Test
    void shouldNotGenerateMoreThanAHundredThousandTasksAtOnce() {
        var numbers = new StringBuilder();
        for (int i = 1; i <= 10_000; i++) {
            numbers.append(i).append(", ");
        }
        var tasks = new StringBuilder("tasks:\n");
        for (int i = 0; i < 10; i++) {
            tasks.append("  t")
                    .append(i)
                    .append(": {run: x, matrix: {n: [")
                    .append(numbers)
                    .append("]}}\n");
        }

        assertThat(messages(tasks.toString(), 1)).isEmpty();
        assertThat(messages(tasks + "  last: {run: x}\n", 1))
                .isEqualTo("more.yml:12:3: with this task, 'plan' generates more than 100,000 tasks"
                        + " (let one task do more)\n");
    }

    /** The messages, a line each. */
    private static String messages(String text, int depth) {
        try {
            var file = GraphParser.parseGenerated("more.yml", text, ".coil.yml", GRAPH);
            Planner.plan(file, PlanContext.manual("project"), Scope.under("plan", depth));
            return "";
        } catch (GraphException e) {
            return e.getMessage() + "\n";
        }
    }
}
