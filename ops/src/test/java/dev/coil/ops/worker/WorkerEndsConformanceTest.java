package dev.coil.ops.worker;

import static dev.coil.ops.worker.ConformanceFixture.SOON;
import static dev.coil.ops.worker.ConformanceFixture.awaitDeath;
import static dev.coil.ops.worker.ConformanceFixture.awaitFile;
import static dev.coil.ops.worker.ConformanceFixture.awaitProcesses;
import static dev.coil.ops.worker.ConformanceFixture.processes;
import static dev.coil.ops.worker.ConformanceFixture.task;
import static dev.coil.ops.worker.ConformanceFixture.twice;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.ops.client.NodeClient;
import dev.coil.protocol.graph.Outcome;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What every worker that speaks HTTP must do when a task, or the worker itself, is to end or is ended before its time. */
@Tag("alone")
@Timeout(600)
class WorkerEndsConformanceTest {

    @TempDir
    static Path directory;

    private static ConformanceFixture fixture;
    private static Cases cases;

    static List<WorkerKind> kinds() {
        return WorkerKind.ALL;
    }

    @BeforeAll
    static void start() {
        fixture = new ConformanceFixture(directory);
        cases = new Cases();
        cases.ask("cancel", kinds(), WorkerEndsConformanceTest::cancel);
        cases.ask("terminate", kinds(), WorkerEndsConformanceTest::terminate);
        cases.ask("killed", kinds(), WorkerEndsConformanceTest::killHard);
        cases.ask("drain", kinds(), WorkerEndsConformanceTest::drain);
    }

    @AfterAll
    static void stop() throws Exception {
        cases.close();
        fixture.close();
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldEndAllOfWhatIsCancelled(WorkerKind kind) throws Exception {
        cases.await("cancel", kind);
    }

    private static void cancel(WorkerKind kind) throws Exception {
        var label = "cancel-" + kind.label();
        var file = fixture.place("pids-" + label);
        try (var worker = kind.start(fixture.url(), fixture.place(label), "--label", label)) {
            var name = fixture.submit(label, """
                    tasks:
                      t:
                        checkout: false
                        run: |
                    %s
                          wait
                    """.formatted(processes(file)));
            var processes = awaitProcesses(file, 3);

            var client = new NodeClient(fixture.url());
            client.cancel(client.run(name).summary(), null, "nobody needs it");

            awaitDeath(processes);
            await().atMost(SOON).until(() -> worker.said().contains("nobody needs it"));
            assertThat(task(fixture.finished(name), "t").outcome()).isEqualTo(Outcome.CANCELLED);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldGiveBackWhatItHasWhenItIsToldToEnd(WorkerKind kind) throws Exception {
        cases.await("terminate", kind);
    }

    private static void terminate(WorkerKind kind) throws Exception {
        var label = "terminate-" + kind.label();
        var place = fixture.place(label);
        var file = fixture.place("pids-" + label);
        String name;
        try (var worker = kind.start(fixture.url(), place, "--label", label)) {
            name = fixture.submit(label, twice(file));
            var processes = awaitProcesses(file, 3);

            worker.terminate();

            assertThat(worker.awaitEnd()).as(worker.said()).isEqualTo(kind.terminatedCode());
            awaitDeath(processes);
            // Before any other worker is there to say so in its place, and sooner than the node would give it up.
            await().atMost(SOON.dividedBy(2))
                    .ignoreExceptions()
                    .until(() -> new NodeClient(fixture.url())
                                    .run(name)
                                    .summary()
                                    .counts()
                                    .running()
                            == 0);
        }
        try (var next = kind.start(fixture.url(), place, "--label", label)) {
            var run = fixture.finished(name);
            assertThat(run.summary().outcome()).as(next.said()).isEqualTo(Outcome.SUCCESS);
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldCleanUpAfterOneThatDiedWithoutAWord(WorkerKind kind) throws Exception {
        cases.await("killed", kind);
    }

    private static void killHard(WorkerKind kind) throws Exception {
        var label = "killed-" + kind.label();
        var place = fixture.place(label);
        var file = fixture.place("pids-" + label);
        String name;
        List<Long> processes;
        try (var worker = kind.start(fixture.url(), place, "--label", label)) {
            name = fixture.submit(label, twice(file));
            processes = awaitProcesses(file, 3);
            worker.killHard();
        }
        try (var next = kind.start(fixture.url(), place, "--label", label)) {
            awaitDeath(processes);
            var run = fixture.finished(name);
            assertThat(run.summary().outcome()).as(next.said()).isEqualTo(Outcome.SUCCESS);
            // It need not be given up: its end was told.
            assertThat(task(run, "t").attempts())
                    .noneMatch(attempt -> String.valueOf(attempt.reason()).contains("not heard of"));
        }
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shouldFinishWhatItHasAndLeaveWhenItIsDrained(WorkerKind kind) throws Exception {
        cases.await("drain", kind);
    }

    private static void drain(WorkerKind kind) throws Exception {
        var label = "drain-" + kind.label();
        var file = fixture.place("started-" + label);
        // One of its slots has a task, the other waits for one.
        try (var worker = kind.start(fixture.url(), fixture.place(label), "--label", label, "--slots", "2")) {
            var name = fixture.submit(
                    label, "tasks: {t: {checkout: false, run: touch " + file + "; sleep 3; echo done}}\n");
            awaitFile(file);

            worker.drain();

            assertThat(worker.awaitEnd()).as(worker.said()).isEqualTo(kind.drainedCode());
            var run = fixture.finished(name);
            assertThat(fixture.text(run, "t")).isEqualTo("done\n");
            assertThat(task(run, "t").attempts()).as(worker.said()).hasSize(1);
        }
    }
}
