package dev.coil.protocol.graph;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.coil.protocol.Golden;
import dev.coil.protocol.codec.Codec;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.Plan;
import dev.coil.protocol.graph.plan.PlanContext;
import dev.coil.protocol.graph.plan.Planner;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What good graphs become: {@code graphs/NAME.yml} and {@code graphs/NAME.plan.json}. */
class GoldenPlansTest {

    private static final PlanContext CONTEXT = new PlanContext(
            "project", "push", "refs/heads/main", "0123abcd", List.of(), List.of("src/a.c", "README.md"));

    @ParameterizedTest
    @ValueSource(strings = {"mylang", "everything", "includes", "needs", "conditions", "minimal", "checkouts"})
    void shouldPlanAsTheGoldenFileSays(String name) throws JsonProcessingException {
        var plan = plan(name);

        var json = Codec.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(plan);
        Golden.assertEqual(Golden.path("graphs/" + name + ".plan.json"), json + "\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"mylang", "everything", "includes", "needs", "conditions", "minimal", "checkouts"})
    void shouldReadBackEachTaskThatItWrote(String name) {
        for (var task : plan(name).tasks()) {
            var bytes = Codec.write(TaskSpec.class, task);
            assertThat(Codec.read(TaskSpec.class, bytes)).isEqualTo(task);
        }
    }

    private static Plan plan(String name) {
        var file = name + ".yml";
        return Planner.plan(GraphParser.parse(file, Golden.read(Golden.path("graphs/" + file))), CONTEXT);
    }
}
