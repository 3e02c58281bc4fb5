package dev.coil.protocol.graph.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.coil.protocol.Golden;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Concurrency;
import dev.coil.protocol.graph.GraphException;
import dev.coil.protocol.graph.Retries;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.graph.parse.GraphParser;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlannerTest {

    private static final String TREE = """
            tasks:
              build: {run: x, matrix: {os: [a, b]}}
              test: {run: x, matrix: {os: [a, b]}, needs: build}
              cpp/one: {run: x, from: build/a}
              cpp/two: {run: x}
              cppx: {run: x}
            """;

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            test      ; build/a build/b test/a test/b
            test/b    ; build/b test/b
            cpp/      ; build/a cpp/one cpp/two
            cpp       ; build/a cpp/one cpp/two
            cpp*      ; build/a cpp/one cpp/two cppx
            */b       ; build/b test/b
            cppx,cppx ; cppx
            """)
    void shouldKeepWhatWasSelectedAndWhatItNeeds(String selected, String names) {
        var plan = plan(TREE, List.of(selected.split(",")), null);

        assertThat(plan.tasks()).extracting(TaskSpec::name).containsExactly(names.split(" "));
    }

    @Test
    void shouldReadTheLineEndsOfAWindowsCheckoutAsThoseOfOthers() {
        var tasks = plan("tasks:\r\n  a:\r\n    run: |\r\n      set -e\r\n      echo a\r\n", List.of(), null)
                .tasks();

        assertThat(tasks.get(0).action().script()).isEqualTo("set -e\necho a\n");
    }

    @Test
    void shouldPointAtTheKeptTasks() {
        var plan = plan(TREE, List.of("test/b"), null);

        assertThat(plan.tasks().get(1).needs()).singleElement().satisfies(need -> assertThat(need.task())
                .isZero());
    }

    @Test
    void shouldKeepTreesOnlyForTasksThatRun() {
        assertThat(plan(TREE, List.of("cpp"), null).tasks().get(0).action().keepTree())
                .isTrue();
        assertThat(plan(TREE, List.of("test/a"), null).tasks().get(0).action().keepTree())
                .isFalse();
    }

    @Test
    void shouldSayWhenArtifactsExpire() {
        var text = "tasks: {a: {run: x, artifacts: {b: b, c: {path: c, when: always, expires: 30d}}}}";

        assertThat(plan(text, List.of(), null).tasks().get(0).action().artifacts())
                .containsExactly(
                        new Action.Artifact("b", "b", false), new Action.Artifact("c", "c", true, 30 * 86_400_000L));
    }

    @Test
    void shouldSayWhichSelectionMatchesNothing() {
        assertThatExceptionOfType(GraphException.class)
                .isThrownBy(() -> plan(TREE, List.of("tset", "lint/*"), null))
                .withMessage("""
                        .coil.yml:1:1: there is no task 'tset' to select (did you mean 'test'?)
                        .coil.yml:1:1: there is no task 'lint/*' to select (among the 5 tasks are build, test, cpp/one)""");
    }

    @Test
    void shouldTakeUnknownChangesForChangesAndSaySo() {
        var plan = plan("tasks: {a: {run: x, if: \"changed('src/**')\"}}", List.of(), null);

        assertThat(plan.tasks().get(0).condition()).isNull();
        assertThat(plan.warnings())
                .extracting(Object::toString)
                .containsExactly(".coil.yml:1:26: which files changed is unknown: changed('src/**') is taken as true");
    }

    @Test
    void shouldFoldKnownChanges() {
        var text = "tasks: {a: {run: x, if: \"changed('src/**')\"}}";

        assertThat(plan(text, List.of(), List.of("src/x.c")).tasks().get(0).condition())
                .isNull();
        assertThat(plan(text, List.of(), List.of("doc/x.md")).tasks().get(0).condition())
                .isEqualTo("false");
    }

    @Test
    void shouldTakeTheProjectOfTheFileOrElseTheDefault() {
        assertThat(plan("name: mine\ntasks: {a: {run: x}}", List.of(), null).project())
                .isEqualTo("mine");
        assertThat(plan("tasks: {a: {run: x}}", List.of(), null).project()).isEqualTo("project");
    }

    @Test
    void shouldWarnOfWhatIsProbablyNotMeant() {
        var plan = plan(
                "tasks: {a: {run: x, runs-on: [linux, arm64]}, b: {run: x, runs-on: {memory: 8GiB}}}", List.of(), null);

        assertThat(plan.warnings()).extracting(Object::toString).containsExactly("""
                        .coil.yml:1:31: only workers with the label 'linux' will do (for the os write {os: linux})""", """
                        .coil.yml:1:38: only workers with the label 'arm64' will do (for the arch write {arch: arm64})""", """
                        .coil.yml:1:77: this asks for exactly memory=8GiB (for at least that, write ">=8GiB")""");
    }

    @Test
    void shouldLetTheLastOfThoseThatWaitForAllOthersComeLast() {
        var plan =
                plan("tasks: {x: {needs: '*'}, a: {run: x}, y: {needs: '*'}, z: {run: x, needs: y}}", List.of(), null);

        assertThat(plan.tasks()).extracting(TaskSpec::name).containsExactly("a", "x", "y", "z");
    }

    @Test
    void shouldPlanTheExampleOfTheReference() {
        var reference = Golden.read(Path.of("..", "docs", "graph.md"));
        int start = reference.indexOf("```yaml\n") + "```yaml\n".length();

        var plan = plan(reference.substring(start, reference.indexOf("```", start)), List.of(), null);

        assertThat(plan.tasks()).hasSize(3 + 6 + 2);
        assertThat(plan.warnings()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', textBlock = """
            {cpus: 4}                     ; {}                         ; cpus>=4
            {memory: 2GiB, disk: 1GB}     ; {os: linux}                ; disk>=1000000000 memory>=2147483648 os=linux
            {memory: 2GiB}                ; {memory: '>=8GiB'}         ; memory>=8589934592
            {memory: 9GiB}                ; {memory: '>=8GiB'}         ; memory>=9663676416
            {cpus: 2}                     ; {cpus: 64}                 ; cpus=64
            {exclusive: true}             ; {labels: [quiet]}          ; labels=quiet
            """)
    void shouldRequireOfAMachineWhatIsReserved(String resources, String runsOn, String requirement) {
        var machine = runsOn.equals("{}") ? "" : ", runs-on: " + runsOn;
        var plan = plan("tasks: {a: {run: x, resources: " + resources + machine + "}}", List.of(), null);

        assertThat(plan.tasks().get(0).requirement().canonical()).isEqualTo(requirement);
    }

    @Test
    void shouldNameConcurrencyGroupsByWhatIsKnownOfTheRun() {
        var text = """
                concurrency: {group: "${{ branch }}", max: 2, cancel-in-progress: true}
                tasks:
                  deploy: {run: x, matrix: {to: [a, b]}, concurrency: "deploy-${{ matrix.to }}-${{ event }}"}
                  other: {run: x, start: granted, retry: {failure: 2, timeout: 1}}
                """;
        var context = new PlanContext("project", "push", "refs/heads/main", "", List.of(), null);
        var plan = Planner.plan(GraphParser.parse(".coil.yml", text), context);

        assertThat(plan.concurrency()).isEqualTo(new Concurrency("main", 2, true));
        assertThat(plan.tasks())
                .extracting(TaskSpec::concurrency)
                .containsExactly(
                        new Concurrency("deploy-a-push", 1, false), new Concurrency("deploy-b-push", 1, false), null);
        assertThat(plan.tasks()).extracting(TaskSpec::start).containsOnly(Start.GRANTED);
        assertThat(plan.tasks().get(2).retries()).isEqualTo(new Retries(2, 1, 3));
        assertThat(plan(text, List.of(), null).concurrency()).as("of no branch").isNull();
    }

    @Test
    void shouldTellAtMostTwentyProblems() {
        var text = new StringBuilder("tasks:\n");
        for (int i = 0; i < 50; i++) {
            text.append("  t").append(i).append(": {run: x, needs: [none]}\n");
        }

        assertThatExceptionOfType(GraphException.class)
                .isThrownBy(() -> plan(text.toString(), List.of(), null))
                .satisfies(e -> assertThat(e.problems()).hasSize(20));
    }

    @Test
    void shouldReadWindowsLineEndsAndAByteOrderMark() {
        var plan = plan("\uFEFFtasks:\r\n  a:\r\n    run: |\r\n      one\r\n      two\r\n", List.of(), null);

        assertThat(plan.tasks().get(0).action().script()).isEqualTo("one\ntwo\n");
    }

    @Test
    void shouldFindErrorsAndWarningsForLint() {
        assertThat(Lint.check("f.yml", "tasks: {a: {run: x, if: \"changed('x')\", runs-on: {cpus: 4}}}"))
                .satisfies(findings -> {
                    assertThat(findings.errors()).isEmpty();
                    assertThat(findings.warnings()).hasSize(1);
                    assertThat(findings.tasks()).isEqualTo(1);
                });
        assertThat(Lint.check("f.yml", "tasks: {a: {run: x, needs: b}}").errors())
                .extracting(Object::toString)
                .containsExactly("f.yml:1:28: 'a' needs 'b', but there is no such task (there are a)");
    }

    private static Plan plan(String text, List<String> selected, @Nullable List<String> changed) {
        return Planner.plan(
                GraphParser.parse(".coil.yml", text), new PlanContext("project", "manual", "", "", selected, changed));
    }
}
