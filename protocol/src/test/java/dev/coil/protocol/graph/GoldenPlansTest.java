package dev.coil.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.coil.protocol.Golden;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.Plan;
import dev.coil.protocol.graph.plan.PlanContext;
import dev.coil.protocol.graph.plan.Planner;
import dev.coil.protocol.graph.plan.Scope;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What good graphs become: {@code graphs/NAME.yml} and {@code graphs/NAME.plan.json}. */
class GoldenPlansTest {

    private static final PlanContext CONTEXT = new PlanContext(
            "project", "push", "refs/heads/main", "0123abcd", List.of(), List.of("src/a.c", "README.md"));

    @ParameterizedTest
    @ValueSource(
            strings = {"mylang", "everything", "includes", "needs", "conditions", "minimal", "checkouts", "generators"})
    void shouldPlanAsTheGoldenFileSays(String name) throws JsonProcessingException {
        var plan = plan(name);

        var json = Codec.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(plan);
        Golden.assertEqual(Golden.path("graphs/" + name + ".plan.json"), json + "\n");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mylang", "everything", "includes", "needs", "conditions", "minimal", "checkouts", "generators"})
    void shouldReadBackEachTaskThatItWrote(String name) {
        for (var task : plan(name).tasks()) {
            var bytes = Codec.write(TaskSpec.class, task);
            assertThat(Codec.read(TaskSpec.class, bytes)).isEqualTo(task);
        }
    }

    @Test
    void shouldPlanWhatATaskGenerates() throws JsonProcessingException {
        var file = GraphParser.parseGenerated(
                "generated.yml",
                Golden.read(Golden.path("graphs/generated.yml")),
                "generators.yml",
                Golden.read(Golden.path("graphs/generators.yml")));
        var plan = Planner.plan(file, CONTEXT, Scope.under("plan", 1));

        var json = Codec.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(plan);
        Golden.assertEqual(Golden.path("graphs/generated.plan.json"), json + "\n");
    }

    @Test
    void shouldPlanThatNothingIsGenerated() {
        var file = GraphParser.parseGenerated("more.yml", "tasks: {}\n", ".coil.yml", "tasks: {a: {run: x}}");

        assertThat(Planner.plan(file, CONTEXT, Scope.under("plan", 1)).tasks()).isEmpty();
    }

    private static Plan plan(String name) {
        var file = name + ".yml";
        return Planner.plan(GraphParser.parse(file, Golden.read(Golden.path("graphs/" + file))), CONTEXT);
    }
}
