package dev.coil.protocol.graph.schema;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import dev.coil.protocol.Golden;
import dev.coil.protocol.codec.Codec;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class GraphSchemaTest {

    private static final JsonSchema SCHEMA =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(GraphSchema.schema());

    @Test
    void shouldBeTheCommittedOne() {
        Golden.assertEqual(Path.of("..", "docs", "coil.schema.json"), GraphSchema.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"mylang", "everything", "includes", "needs", "conditions", "minimal", "checkouts"})
    void shouldAcceptTheGoodGraphs(String name) {
        assertThat(complaints(Golden.read(Golden.path("graphs/" + name + ".yml"))))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[]",
                "name: x",
                "tasks: x",
                "tasks: {a: {runs_on: x}}",
                "tasks: {a: {run: [x]}}",
                "tasks: {a: {run: x, image: y}}",
                "on: pull_requests\ntasks: {a: {run: x}}",
                "on: {push: {branch: x}}\ntasks: {a: {run: x}}",
                "on: {push: main}\ntasks: {a: {run: x}}",
                "on: {pull_request: {tags: x}}\ntasks: {a: {run: x}}",
                "on: {schedule: [{timezone: UTC}]}\ntasks: {a: {run: x}}",
                "on: {manual: {}}\ntasks: {a: {run: x}}",
                "tasks: {a: {run: x, timeout: 60}}",
                "tasks: {a: {run: x, timeout: 5 minutes}}",
                "tasks: {a: {run: x, allow-failure: maybe}}",
                "tasks: {a: {run: x, priority: urgent}}",
                "tasks: {a: {run: x, needs: [{task: b, accept: [bad]}]}}",
                "tasks: {a: {run: x, needs: []}}",
                "tasks: {a: {run: x, matrix: {v: 1}}}",
                "tasks: {a: {run: x, retry: {infra: -1}}}",
                "tasks: {a: {run: x, retry: {failure: -1}}}",
                "tasks: {a: {run: x, retry: 2}}",
                "tasks: {a: {run: x, concurrency: {max: 2}}}",
                "tasks: {a: {run: x, start: later}}",
                "tasks: {a: {run: x, checkout: {pth: x}}}",
                "tasks: {a: {run: x, checkout: {submodules: deep}}}",
                "tasks: {a: {run: x, exit-codes: {300: {outcome: error}}}}",
                "tasks: {a: {run: x, exit-codes: {3: {label: x}}}}",
                "tasks: {a: {run: x, env: {1A: x}}}",
                "tasks: {a: {run: x, download: {dist: x}}}",
                "tasks: {'a b': {run: x}}",
                "name: my project\ntasks: {a: {run: x}}",
            })
    void shouldRejectBadGraphs(String text) {
        assertThat(complaints(text)).isNotEmpty();
    }

    @Test
    void shouldAcceptWhatTheMatrixBringsWhereTheParserDoes() {
        assertThat(complaints("tasks: {a: {run: x, timeout: '${{ matrix.t }}', matrix: {t: [5m]}}}"))
                .isEmpty();
    }

    private static Set<?> complaints(String yaml) {
        var loaded = new Load(LoadSettings.builder().build()).loadFromString(yaml);
        return SCHEMA.validate(Codec.MAPPER.valueToTree(loaded));
    }
}
