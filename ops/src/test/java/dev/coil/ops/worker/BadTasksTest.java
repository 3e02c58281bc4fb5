package dev.coil.ops.worker;

import static dev.coil.ops.worker.ScriptedOwner.task;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Action.Artifact;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Resources;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.space.ReadyTask;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.worker.health.Hours;
import dev.coil.worker.runner.Limits;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that misbehave: each ends in the documented way, and the worker's only slot is free and clean for the next one. */
@Timeout(180)
class BadTasksTest {

    private static final long MIB = 1L << 20;
    private static final Limits SMALL = new Limits(MIB, 64 * MIB, null, null, null, null, false, MIB, Hours.ALWAYS);

    @TempDir
    Path temp;

    private WorkerFixture fixture;
    private ScriptedOwner owner;
    private int next;

    @BeforeEach
    void start() throws Exception {
        Awaitility.setDefaultTimeout(Duration.ofSeconds(60));
        fixture = new WorkerFixture(temp);
        owner = fixture.owner;
        fixture.start("w1", temp.resolve("w1"), Set.of(), SMALL);
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
        Awaitility.reset();
    }

    private AttemptResult run(String script) {
        return run(script, Resources.NONE, List.of());
    }

    private AttemptResult run(String script, Resources resources, List<Artifact> artifacts) {
        owner.put(task(next, 1, Start.OPTIMISTIC, Requirement.ANY, ScriptedOwner.action(script, resources, artifacts)));
        return owner.awaitResult(next++).result();
    }

    /** The log of the task that ran last. */
    private String log(AttemptResult result) {
        await().until(() -> owner.logBytes(next - 1) >= result.logBytes());
        return owner.log(next - 1);
    }

    private void assertNextTaskRuns() {
        var result = run("test -z \"$(ls -A)\"");
        assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS);
    }

    private static void assertEnded(
            AttemptResult result, Outcome outcome, @Nullable Integer exitCode, @Nullable String label, String reason) {
        assertThat(result.outcome()).isEqualTo(outcome);
        assertThat(result.exitCode()).isEqualTo(exitCode);
        assertThat(result.label()).isEqualTo(label);
        assertThat(result.reason()).isEqualTo(reason);
    }

    @Test
    void shouldNameTheSignalThatEndedATask() {
        assertEnded(run("kill -SEGV $$"), Outcome.FAILURE, 139, null, "killed by SIGSEGV");
        assertEnded(run("kill -KILL $$"), Outcome.FAILURE, 137, null, "killed by SIGKILL, perhaps as memory ran out");
        assertEnded(run("sh -c 'kill -ABRT $$'"), Outcome.FAILURE, 134, null, "killed by SIGABRT");
        assertEnded(run("exit 3"), Outcome.FAILURE, 3, null, null);
        assertNextTaskRuns();
    }

    @Test
    void shouldEndATaskThatUsesTooMuchMemory() {
        var result = run(
                "perl -e '$x = \"x\" x (80 << 20); sleep 600'", new Resources(null, 64 * MIB, null, false), List.of());

        assertEnded(result, Outcome.FAILURE, null, "memory", "used more than 64 MiB of memory");
        assertThat(log(result)).contains("coil: used more than 64 MiB of memory; killed sh (", "perl (");
        assertNextTaskRuns();
    }

    @Test
    void shouldEndATaskThatUsesMoreDiskThanTheWorkerOrTheTaskAllows() {
        var fill = "dd if=/dev/zero of=file bs=1024k count=80 2> /dev/null; sleep ";

        assertEnded(run(fill + 600), Outcome.FAILURE, null, "disk", "used more than 64 MiB of disk");
        var allowed = new Resources(null, null, 100 * MIB, false);
        assertThat(run(fill + 2, allowed, List.of()).outcome()).isEqualTo(Outcome.SUCCESS);
        assertNextTaskRuns();
    }

    @Test
    void shouldKeepBothEndsOfALogThatIsTooLong() {
        var result = run("yes | head -c 50000000; echo 'error: this is why' >&2; exit 1");

        assertThat(result.exitCode()).isEqualTo(1);
        assertThat(result.logBytes()).isBetween(MIB / 2, MIB + 1_000);
        assertThat(log(result))
                .startsWith("y\ny\n")
                .contains("coil: the log is cut here")
                .contains(" bytes of output are left out here\n")
                .contains("error: this is why\n");
        assertNextTaskRuns();
    }

    @Test
    void shouldBoundManySmallPiecesAsWell() {
        var result = run("i=0; while [ $i -lt 30000 ]; do i=$((i+1)); echo $i; echo $i >&2; done");

        assertThat(result.outcome()).isEqualTo(Outcome.SUCCESS);
        log(result);
        assertThat(owner.logs.size()).isLessThan((int) (MIB / 64));
        assertNextTaskRuns();
    }

    @Test
    void shouldTellTheOutcomeOfATaskThatDeletedItsWorkspace() {
        assertThat(run("rm -rf \"$PWD\"").outcome()).isEqualTo(Outcome.SUCCESS);
        assertEnded(
                run("rm -rf \"$PWD\"", Resources.NONE, List.of(new Artifact("dist", "out", false))),
                Outcome.FAILURE,
                0,
                null,
                "artifact 'dist': out does not exist");
        assertThat(run("rm -rf ../../../slots; exit 4").exitCode()).isEqualTo(4);
        assertNextTaskRuns();
    }

    @Test
    void shouldKillDaemonsAndForgetWhatTheyHold() {
        var result = run("(setsid sh -c 'exec sleep 600' &) ; sleep 0.3; exit 2");

        assertThat(result.exitCode()).isEqualTo(2);
        assertThat(log(result)).contains("coil: killed what the script left running: sleep (");
        assertNextTaskRuns();
    }

    @Test
    void shouldFailOnAFullDiskAsTheInfrastructureAndTakeNothingUntilThereIsRoom() throws Exception {
        var small = Files.createDirectory(temp.resolve("small"));
        assumeTrue(shell("mount -t tmpfs -o size=64m none " + small), "needs the superuser");
        try {
            fixture.start("w2", small, Set.of("small"), SMALL);
            owner.put(small(0, "dd if=/dev/zero of=../big bs=1024k"));

            var result = owner.awaitResult(0).result();

            assertThat(result.outcome()).isEqualTo(Outcome.ERROR);
            assertThat(result.reason()).startsWith("the disk of this worker became full (the script ended with 1): ");
            owner.put(small(1, "true"));
            await().during(Duration.ofSeconds(2)).until(() -> owner.claims(1).isEmpty());

            Files.delete(small.resolve("slots/0/big"));

            assertThat(owner.awaitResult(1).result().outcome()).isEqualTo(Outcome.SUCCESS);
        } finally {
            fixture.close();
            shell("umount -l " + small);
        }
    }

    private static ReadyTask small(int index, String script) {
        return task(index, 1, Start.OPTIMISTIC, Requirement.parse("labels=small"), Action.script(script));
    }

    private static boolean shell(String command) throws IOException, InterruptedException {
        var process = new ProcessBuilder("sh", "-c", command)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    }
}
