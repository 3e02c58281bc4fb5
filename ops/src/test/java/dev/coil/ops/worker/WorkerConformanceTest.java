package dev.coil.ops.worker;

import static dev.coil.ops.worker.ConformanceFixture.SOON;
import static dev.coil.ops.worker.ConformanceFixture.awaitDeath;
import static dev.coil.ops.worker.ConformanceFixture.awaitProcesses;
import static dev.coil.ops.worker.ConformanceFixture.last;
import static dev.coil.ops.worker.ConformanceFixture.log;
import static dev.coil.ops.worker.ConformanceFixture.processes;
import static dev.coil.ops.worker.ConformanceFixture.task;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.graph.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What every worker that speaks HTTP must make of tasks, asked of each kind against a real node: of the shell worker in each shell that it
 * must run in, and of the one in a JVM. A shell that is not installed fails its cases. What is asked of the shell worker alone stands in
 * {@link ShellWorkerTest}.
 */
@Tag("alone")
@Timeout(600)
class WorkerConformanceTest {

    @TempDir
    static Path directory;

    private static ConformanceFixture fixture;
    private static Cases cases;

    static List<WorkerKind> kinds() {
        return WorkerKind.ALL;
    }

    static List<WorkerKind> programs() {
        return WorkerKind.PROGRAMS;
    }

    @BeforeAll
    static void start() {
        fixture = new ConformanceFixture(directory);
        cases = new Cases();
        cases.ask("tasks", kinds(), WorkerConformanceTest::runTasks);
        cases.ask("any graph", programs(), WorkerConformanceTest::runAnyGraph);
    }

    @AfterAll
    static void stop() throws Exception {
        cases.close();
        fixture.close();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldRunTasksAndSayHowTheyEnd(WorkerKind kind) throws Exception {
        cases.await("tasks", kind);
    }

    private static void runTasks(WorkerKind kind) throws Exception {
        var label = "core-" + kind.label();
        var place = fixture.place(label);
        var left = fixture.place("left-" + label);
        var graph = """
                tasks:
                  env:
                    env: {GREETING: "it's\\ntwo lines\\n\\n", UMLAUT: "f\u00fcr\\\\$x `y`", EMPTY: ""}
                    run: |
                      printf '%%s' "$GREETING$UMLAUT${EMPTY-unset}" | od -An -tx1 | tr -d ' \\n'; echo
                      echo "$COIL_TASK $COIL_WORKER $CI ${SECRET-none} [$(cat)]"
                      cat a.txt; git status --short; printf 'a\\000b\\377\\n\\303 no end'
                  crash: {checkout: false, run: kill -SEGV $$}
                  skip: {checkout: false, exit-codes: {77: {outcome: skipped, label: not-compatible}}, run: exit 77}
                  leave:
                    checkout: false
                    run: |
                %1$s
                      while [ "$(wc -l < %2$s)" -lt 3 ]; do sleep 0.1; done
                  slow: {checkout: false, timeout: 2s, run: sleep 1000}
                  build:
                    checkout: false
                    artifacts: {dist: out/, texts: "out/**/*.txt"}
                    run: mkdir -p out/sub; echo 1 > out/a.txt; echo 2 > out/sub/b.txt; echo 3 > out/c
                  use: {from: build, download: {build.dist: in/, build.texts: in/texts}, run: find in | LC_ALL=C sort}
                  gen:
                    checkout: false
                    generates: more.yml
                    run: "printf 'tasks:\\\\n  x: {checkout: false, run: exit 3}\\\\n' > more.yml"
                """.formatted(processes(left), left);
        try (var worker = kind.start(fixture.url(), place, "--label", label, "--slots", "2")) {
            var run = fixture.finished(fixture.submit(label, graph));

            var said = worker.said();
            assertThat(new String(log(fixture.url(), run, "env"), ISO_8859_1))
                    .as(said)
                    .contains("697427730a74776f206c696e65730a0a" + "66c3bc725c2478206079" + "60\n")
                    .endsWith("env " + place.getFileName() + " true none []\na\na\0b\377\n\303 no end");
            assertThat(last(run, "crash").reason()).as(said).isEqualTo("killed by SIGSEGV");
            assertThat(last(run, "crash").exitCode()).isEqualTo(139);
            assertThat(task(run, "skip").outcome()).isEqualTo(Outcome.SKIPPED);
            assertThat(task(run, "skip").label()).isEqualTo("not-compatible");
            assertThat(task(run, "leave").outcome()).as(said).isEqualTo(Outcome.SUCCESS);
            assertThat(fixture.text(run, "leave")).startsWith("coil: killed what the script left running: ");
            awaitDeath(awaitProcesses(left, 3));
            assertThat(task(run, "slow").outcome()).isEqualTo(Outcome.TIMEOUT);
            assertThat(last(run, "slow").reason()).isEqualTo("ran longer than its timeout of 2s");
            assertThat(fixture.text(run, "use")).as(said).endsWith("""
                    in
                    in/a.txt
                    in/c
                    in/sub
                    in/sub/b.txt
                    in/texts
                    in/texts/a.txt
                    in/texts/sub
                    in/texts/sub/b.txt
                    """);
            assertThat(last(run, "gen/x").exitCode()).isEqualTo(3);
            await().atMost(SOON).until(() -> workspaces(place).isEmpty());
        }
    }

    private static List<Path> workspaces(Path place) throws IOException {
        try (var slots = Files.walk(place.resolve("worker"), 3)) {
            return slots.filter(path -> path.endsWith("ws")
                            || path.getParent().endsWith("trees")
                            || path.getParent().endsWith("trash"))
                    .toList();
        }
    }

    /** What depends on the other programs of a system, and not on the shell. */
    @ParameterizedTest
    @MethodSource("programs")
    void shouldRunWhateverAGraphMaySay(WorkerKind kind) throws Exception {
        cases.await("any graph", kind);
    }

    private static void runAnyGraph(WorkerKind kind) throws Exception {
        var label = "all-" + kind.label();
        try (var worker = kind.start(fixture.url(), fixture.place(label), "--label", label)) {
            AnyGraph.check(fixture, worker, fixture.finished(fixture.submit(label, AnyGraph.TEXT)), kind.isShell());
        }
    }
}
