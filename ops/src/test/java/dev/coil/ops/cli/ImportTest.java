package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportTest {

    private static final String LIST = """
            # dev-minimal
            os-info          soil/diagnose.sh    os-info    -
            build-minimal    build/py.sh         minimal    -

            unit             test/unit.sh        minimal    _test/py-unit/
            3.10             test/spec.sh        no         _tmp/a:b.html
            """;

    @TempDir
    private Path temporary;

    private Console console;

    @BeforeEach
    void open() {
        console = new Console(temporary, temporary.resolve("home"));
    }

    @Test
    void shouldPrintTheGraphOfATaskList() throws Exception {
        Files.writeString(temporary.resolve("list"), LIST);

        var result = console.coil("import", "soil", "list", "--name", "oils");

        assertThat(result.out()).endsWith("""
                name: oils
                defaults: {timeout: 15m}
                tasks:
                  os-info:
                    run: soil/diagnose.sh os-info
                  build-minimal:
                    from: os-info
                    run: build/py.sh minimal
                  unit:
                    from: build-minimal
                    run: test/unit.sh minimal
                    artifacts: {result: _test/py-unit/}
                  "3.10":
                    from: unit
                    run: test/spec.sh no
                    artifacts: {result: "_tmp/a:b.html"}
                """);
        assertThat(result.code()).isZero();
    }

    @Test
    void shouldPrintWhatPlanTakes() throws Exception {
        for (var mode : new String[][] {{}, {"--side-by-side"}}) {
            var arguments = new java.util.ArrayList<>(java.util.List.of("import", "soil", "-"));
            arguments.addAll(java.util.List.of(mode));
            var graph =
                    console.typing(LIST).coil(arguments.toArray(String[]::new)).out();

            var plan = Json.MAPPER.readTree(
                    console.typing(graph).coil("plan", "-f", "-", "--json").out());

            assertThat(plan.path("tasks").findValuesAsText("name"))
                    .contains("os-info", "build-minimal", "unit", "3.10");
            assertThat(plan.path("tasks").get(1).path("needs")).hasSize(mode.length == 0 ? 1 : 0);
        }
    }

    @Test
    void shouldSayWhatIsWrongWithEachLine() throws Exception {
        Files.writeString(temporary.resolve("list"), """
                os-info soil/diagnose.sh os-info
                os-info soil/diagnose.sh os-info - and more
                a/$b    x.sh             y       -
                c       x.sh             y       -
                  c     x.sh             z       -
                """);

        var result = console.coil("import", "soil", "list");

        assertThat(result.err()).isEqualTo("""
                list:1:33: expected a name, a script, an action and a result or -, got 3 words
                list:2:36: expected a name, a script, an action and a result or -, got 6 words
                list:3:1: expected a task's name (letters, digits and ._/+~@:-, at most 200), got 'a/$b'
                list:5:3: the task 'c' is there twice: first in line 4
                """);
        assertThat(result.out()).isEmpty();
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void shouldSayThatAListIsEmptyOrAbsent() throws Exception {
        Files.writeString(temporary.resolve("list"), "# nothing\n");

        assertThat(console.coil("import", "soil", "list").err())
                .isEqualTo(
                        "list:1:1: there is no task: each line needs a name, a script, an action and a result or -\n");
        assertThat(console.coil("import", "soil", "lost").err())
                .startsWith("coil: ")
                .contains("lost");
        assertThat(console.coil("import", "soil", "lost").code()).isEqualTo(ExitCodes.USAGE);
    }
}
