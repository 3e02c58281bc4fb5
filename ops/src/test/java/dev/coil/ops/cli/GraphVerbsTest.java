package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.ops.checkout.Shell;
import dev.coil.ops.client.Json;
import dev.coil.protocol.graph.parse.GraphParser;
import dev.coil.protocol.graph.plan.PlanContext;
import dev.coil.protocol.graph.plan.Planner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The verbs that look at a graph and talk to nobody. */
class GraphVerbsTest {

    private static final String GRAPH = """
            name: mylang
            platforms:
              linux-x86_64: {os: linux, arch: x86_64}
              linux-s390x: {os: linux, arch: s390x, allow-failure: true}
            tasks:
              build:
                matrix: {platform: all}
                runs-on: ${{ matrix.platform }}
                run: make
              test:
                needs: [build]
                matrix: {platform: all}
                runs-on: ${{ matrix.platform }}
                run: make check
            """;

    @TempDir
    private Path temporary;

    private Console console;

    @BeforeEach
    void open() {
        console = new Console(temporary, temporary.resolve("home"));
    }

    @Test
    void shouldPlanWithoutRunning() throws IOException {
        Files.writeString(temporary.resolve(".coil.yml"), GRAPH);

        var result = console.coil("plan");

        assertThat(result.out()).isEqualTo("""
                TASK                NEEDS               REQUIREMENT           BESIDES
                build/linux-x86_64                      arch=x86_64 os=linux
                build/linux-s390x                       arch=s390x os=linux   may fail
                test/linux-x86_64   build/linux-x86_64  arch=x86_64 os=linux
                test/linux-s390x    build/linux-s390x   arch=s390x os=linux   may fail
                """);
        assertThat(result.err()).isEmpty();
        assertThat(result.code()).isZero();
    }

    @Test
    void shouldSayWhatGeneratesTasksAndWhoWaitsForAllOfThem() throws IOException {
        Files.writeString(temporary.resolve(".coil.yml"), """
                name: p
                tasks:
                  plan: {run: x, generates: more.yml}
                  after: {needs: [{generated-by: plan}], run: x}
                """);

        assertThat(console.coil("plan").out()).isEqualTo("""
                TASK   NEEDS                           REQUIREMENT  BESIDES
                plan                                   any          generates the tasks in more.yml
                after  plan and all that it generates  any
                """);
    }

    @Test
    void shouldSayWhenAndHowOftenATaskRunsWhereThatIsNotTheUsual() throws IOException {
        Files.writeString(temporary.resolve(".coil.yml"), """
                name: p
                tasks:
                  deploy: {run: x, concurrency: {group: site, max: 2}, priority: high}
                  flaky: {run: x, retry: {failure: 2, timeout: 1, infra: 0}}
                """);

        assertThat(console.coil("plan").out()).isEqualTo("""
                TASK    NEEDS  REQUIREMENT  BESIDES
                deploy         any          high priority; at most 2 at once in group 'site'
                flaky          any          2 retries after a failure; 1 retry after a timeout; no retry after an error of the infrastructure
                """);
    }

    @Test
    void shouldPlanAsJsonWithNeedsByName() throws IOException {
        var result = console.typing(GRAPH).coil("plan", "-f", "-", "--json", "test/linux-x86_64");

        JsonNode plan = Json.MAPPER.readTree(result.out());
        assertThat(plan.path("project").asText()).isEqualTo("mylang");
        assertThat(plan.path("tasks")).hasSize(2);
        var test = plan.path("tasks").get(1);
        assertThat(test.path("name").asText()).isEqualTo("test/linux-x86_64");
        assertThat(test.path("needs").toString()).isEqualTo("[\"build/linux-x86_64\"]");
        assertThat(test.path("requirement").asText()).isEqualTo("arch=x86_64 os=linux");
        assertThat(test.path("allowFailure").asBoolean()).isFalse();
    }

    @Test
    void shouldSumALargePlanUp() throws IOException {
        var text = new StringBuilder("tasks:\n  start: {run: x}\n  last: {needs: 'cpp/*'}\n");
        text.append("  shard: {run: x, needs: start, runs-on: [quiet], matrix: {n: [1, 2, 3]}}\n");
        for (int i = 0; i < 300; i++) {
            text.append("  cpp/").append(i).append(": {run: x, needs: start}\n");
        }
        Files.writeString(temporary.resolve(".coil.yml"), text);

        assertThat(console.coil("plan").out()).isEqualTo("""
                GROUP     TASKS  FIRST    REQUIREMENT
                shard     3      shard/1  labels=quiet
                cpp       300    cpp/0    any
                (others)  2      start    any

                305 tasks in 3 groups; 'coil plan NAME...' lists tasks by name or glob, --all every one
                """);
        assertThat(console.coil("plan", "--all").out().lines()).hasSize(306);
        assertThat(console.coil("plan", "cpp/1*").out().lines()).hasSize(1 + 1 + 111);
    }

    @Test
    void shouldFindNothingWrongWithAGoodGraph() throws IOException {
        Files.writeString(temporary.resolve("g.yml"), GRAPH);

        var result = console.coil("lint", "-f", "g.yml");

        assertThat(result).isEqualTo(new Console.Result(0, "", "coil: the graph is fine: 4 tasks\n"));
    }

    @Test
    void shouldPrintALineForEachProblem() throws IOException {
        var result = console.typing("tasks:\n  build:\n    rnu: make\n").coil("lint", "-f", "-");

        assertThat(result.out()).isEqualTo("-:3:5: unknown key 'rnu' in a task (did you mean 'run'?)\n");
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
        var json = Json.MAPPER.readTree(console.typing("tasks: {b: {rnu: x}}")
                .coil("lint", "-f", "-", "--json")
                .out());
        assertThat(json.path("problems").get(0).path("line").asInt()).isOne();
    }

    @Test
    void shouldLintTheFileAsItLiesThere() {
        var shell = Shell.repository(temporary.resolve("repository"));
        shell.run("echo 'tasks: {b: {run: x, needs: [c]}}' > .coil.yml");

        var result = console.coil("lint", "repository");

        assertThat(result.out()).contains("repository/.coil.yml:1:");
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void shouldSayThatTheCommittedGraphIsTheBadOne() {
        var shell = Shell.repository(temporary.resolve("repository"));
        shell.run("echo 'tasks: {a: {run: x, needs: b}}' > .coil.yml; git add .; git commit -qm 'Break it';"
                + " echo 'tasks: {a: {run: x}}' > .coil.yml");

        var result = console.coil("submit", shell.directory().toString());

        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(result.err())
                .containsSubsequence("differs from the commit: the graph of the commit is used", "'a' needs 'b'");
    }

    @Test
    void shouldSayWhereThereIsNoGraph() {
        var result = console.coil("plan");

        assertThat(result.err())
                .isEqualTo("coil: there is no .coil.yml in " + temporary + "; 'coil init' writes a first one\n");
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            Makefile;       make -j
            configure;      ./configure
            configure.ac;   autoreconf -fi
            CMakeLists.txt; ctest --test-dir build
            pom.xml;        mvn -B verify
            package.json;   npm test
            Cargo.toml;     cargo test
            go.mod;         go test ./...
            dune-project;   dune runtest
            pyproject.toml; .venv/bin/python -m pytest
            setup.py;       pip install . pytest
            README;         echo
            """)
    void shouldWriteAFirstGraphThatFits(String file, String command) throws IOException {
        Files.createFile(temporary.resolve(file));

        var result = console.coil("init");

        assertThat(result.code()).isZero();
        assertThat(result.out()).isEqualTo(temporary.resolve(".coil.yml") + "\n");
        var text = Files.readString(temporary.resolve(".coil.yml"));
        assertThat(text).contains(command);
        var plan = Planner.plan(GraphParser.parse(".coil.yml", text), PlanContext.manual("p"));
        assertThat(plan.tasks()).hasSize(2);
        assertThat(plan.warnings()).isEmpty();
    }

    @Test
    void shouldTestWithTheTargetThatTheMakefileHas() throws IOException {
        Files.writeString(temporary.resolve("Makefile"), "all:\ntests := a b\ntest: all\n\t./t\n");

        console.coil("init");

        assertThat(temporary.resolve(".coil.yml")).content().contains("make test");
    }

    @Test
    void shouldNotTakeAMakefileThatStandsInForTheRealOne() throws IOException {
        Files.createFile(temporary.resolve("configure"));
        Files.writeString(temporary.resolve("GNUmakefile"), "include Makefile\n");
        Files.writeString(temporary.resolve("Makefile.in"), "check: check-recursive\n");

        console.coil("init");

        assertThat(temporary.resolve(".coil.yml")).content().contains("      make check\n");
    }

    @Test
    void shouldTellOfGitHubsWorkflows() throws IOException {
        Files.createDirectories(temporary.resolve(".github/workflows"));

        assertThat(console.coil("init").err()).contains("coil lint -f .github/workflows/NAME.yml");
    }

    @ParameterizedTest
    @ValueSource(strings = {"check: all", "all check: x", "check test:", "check:: all", "check :"})
    void shouldFindTheTargetAmongOthers(String rule) throws IOException {
        Files.createDirectory(temporary.resolve(".git"));
        Files.writeString(temporary.resolve("Makefile"), "all:\n" + rule + "\n\t./t\n");

        var result = console.coil("init");

        assertThat(temporary.resolve(".coil.yml")).content().contains("      make check\n");
        assertThat(result.err()).isEqualTo("coil: written for make; look it over, commit it, then try 'coil run'\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"checks: all", "check = x", "test ::= x", ".PHONY: check", "all: test"})
    void shouldSayThatTheTestIsAPlaceholderWhereTheMakefileHasNone(String line) throws IOException {
        Files.writeString(temporary.resolve("Makefile"), "all:\n" + line + "\n");

        var result = console.coil("init");

        assertThat(result.err()).isEqualTo("""
                coil: written for make; 'test' is a placeholder that does nothing: replace it before a green run means anything, \
                then try 'coil run'
                """);
        assertThat(temporary.resolve(".coil.yml")).hasContent("""
                # The tasks of this repository. 'coil plan' shows what they expand to, 'coil run' runs them.
                tasks:
                  build:
                    timeout: 60m
                    run: |
                      make -j"$COIL_CPUS"
                  test:
                    from: build   # starts in the tree that build left
                    timeout: 60m
                    # The Makefile has no target check or test.
                    # This does nothing yet: write what tests the project in place of the echo.
                    # Until then it is green whatever the project does.
                    run: |
                      echo "a placeholder, nothing was done: write the commands of 'test' in .coil.yml"
                """);
    }

    @Test
    void shouldSayThatAllIsAPlaceholderWhereNoBuildIsKnown() throws IOException {
        Files.createFile(temporary.resolve("README"));

        var result = console.coil("init");

        assertThat(result.err())
                .contains("'build' and 'test' are placeholders that do nothing: replace them before a green run means");
        assertThat(temporary.resolve(".coil.yml"))
                .content()
                .contains("write what builds the project", "write what tests the project");
    }

    @Test
    void shouldNameThePlaceholdersInJson() throws IOException {
        var json = Json.MAPPER.readTree(console.coil("init", "--json").out());

        assertThat(json.path("placeholders").toString()).isEqualTo("[\"build\",\"test\"]");
    }

    @Test
    void shouldNotOverwriteAGraph() throws IOException {
        Files.writeString(temporary.resolve(".coil.yml"), GRAPH);

        var result = console.coil("init");

        assertThat(result.err()).contains("is there already");
        assertThat(result.code()).isEqualTo(ExitCodes.USAGE);
        assertThat(temporary.resolve(".coil.yml")).hasContent(GRAPH);
    }
}
