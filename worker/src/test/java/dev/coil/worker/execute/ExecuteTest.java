package dev.coil.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.space.ClaimId;
import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.report.AttemptLog;
import dev.coil.worker.report.LogRecorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ExecuteTest {

    private static final Duration LONG = Duration.ofSeconds(20);
    private static final Execute.Patience PATIENCE =
            new Execute.Patience(Duration.ofMillis(300), Duration.ofMillis(600));

    @TempDir
    Path temp;

    private final ClaimId claim = new ClaimId(UUID.randomUUID().toString().replace("-", ""), 1);
    private final LogRecorder recorder = new LogRecorder();
    private final AttemptLog log = recorder.attempt();
    private final Execute execute = new Execute(PATIENCE, Confines.NONE);

    @AfterEach
    void close() {
        recorder.close();
    }

    private ScriptEnd run(String shell, String text, Duration limit) throws Exception {
        return run(shell, text, limit, Map.of());
    }

    private ScriptEnd run(String shell, String text, Duration limit, Map<String, String> more) throws Exception {
        log.open();
        var environment = new TreeMap<>(Map.of("PATH", System.getenv("PATH"), "COIL_CLAIM", claim.toString()));
        environment.putAll(more);
        var script = new Execute.Script(
                text,
                shell,
                false,
                temp.resolve("script"),
                temp.resolve("process"),
                temp,
                temp,
                environment,
                limit,
                new Allowance(null, 1L << 40));
        try {
            return execute.run(script, claim, log);
        } finally {
            log.close().get(5, TimeUnit.SECONDS);
        }
    }

    /** The process that the script wrote down. */
    private long pid(String file) throws Exception {
        return Long.parseLong(Files.readString(temp.resolve(file)).strip());
    }

    private static boolean isAlive(long pid) {
        return ProcFs.process(pid) != null;
    }

    @Test
    void shouldTellTheExitCodeAndWhatWasPrinted() throws Exception {
        var end = run("sh", "echo out; echo err >&2; exit 7", LONG);

        assertThat(end.exitCode()).isEqualTo(7);
        assertThat(recorder.text(AttemptLog.OUT)).isEqualTo("out\n");
        assertThat(recorder.text(AttemptLog.ERR)).isEqualTo("err\n");
        assertThat(recorder.text(AttemptLog.WORKER)).isEmpty();
    }

    @Test
    void shouldTellAnEndBySignalAsShellsDo() throws Exception {
        assertThat(run("sh", "kill -KILL $$", LONG).exitCode()).isEqualTo(137);
    }

    @Test
    void shouldStopAtTheFirstCommandThatFails() throws Exception {
        assertThat(run("sh", "false\necho on", LONG).exitCode()).isEqualTo(1);
        assertThat(recorder.text(AttemptLog.OUT)).isEmpty();
    }

    @Test
    void shouldStopAtAFailureWithinAPipeWhereTheShellCan() throws Exception {
        assertThat(run("bash", "false | cat\necho on", LONG).exitCode()).isEqualTo(1);
    }

    @Test
    void shouldGiveOtherProgramsTheScript() throws Exception {
        run("perl -w", "print 6 * 7", LONG);

        assertThat(recorder.text(AttemptLog.OUT)).isEqualTo("42");
    }

    @Test
    void shouldGiveScriptsAnEmptyInputAndASessionOfTheirOwn() throws Exception {
        run("sh", "cat; ps -o sid= -p $$ | tr -d ' '; echo $$", LONG);

        var lines = recorder.text(AttemptLog.OUT).lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).isEqualTo(lines.get(1));
    }

    @Test
    void shouldSetOnlyTheGivenVariables() throws Exception {
        run("sh", "env | cut -d= -f1 | sort | tr '\\n' ' '", LONG, Map.of("GREETING", "hello"));

        assertThat(recorder.text(AttemptLog.OUT).split(" "))
                .contains("GREETING", "PATH", "COIL_CLAIM")
                .isSubsetOf("COIL_CLAIM", "GREETING", "PATH", "PWD", "_", "OLDPWD", "SHLVL");
    }

    @Test
    void shouldSayThatThereIsNoSuchShell() {
        assertThatThrownBy(() -> run("no-such-shell -x", "true", LONG))
                .isInstanceOf(TaskFault.class)
                .hasMessageContaining("'no-such-shell'");
    }

    @Test
    void shouldKillTheWholeTreeAtItsTimeout() throws Exception {
        var end = run("sh", "sh -c 'sleep 600 & echo $! > child; wait' & sleep 600", Duration.ofMillis(500));

        assertThat(end).isEqualTo(new ScriptEnd.TimedOut());
        assertThat(isAlive(pid("child"))).isFalse();
        assertThat(recorder.text(AttemptLog.WORKER)).contains("timed out").contains("sleep (" + pid("child") + ")");
    }

    @Test
    void shouldLetAScriptCleanUpWithinTheGrace() throws Exception {
        run("sh", "trap 'echo cleaned; exit 0' TERM; sleep 600 & wait", Duration.ofMillis(500));

        assertThat(recorder.text(AttemptLog.OUT)).isEqualTo("cleaned\n");
    }

    @Test
    void shouldKillWhoeverIgnoresTheAsking() throws Exception {
        run(
                "sh",
                "echo $$ > self; trap '' TERM; sh -c 'echo $$ > child; while :; do sleep 1; done'",
                Duration.ofMillis(500));

        assertThat(isAlive(pid("self"))).isFalse();
        assertThat(isAlive(pid("child"))).isFalse();
    }

    @Test
    void shouldFindDaemonsThatLeftTheSession() throws Exception {
        run("sh", "setsid sh -c 'setsid sleep 600 & echo $! > daemon' & wait; sleep 600", Duration.ofMillis(500));

        assertThat(isAlive(pid("daemon"))).isFalse();
    }

    @Test
    void shouldLeaveNothingRunningAfterANormalEnd() throws Exception {
        var end = run("sh", "setsid sleep 600 & echo $! > daemon; sleep 0.2", LONG);

        assertThat(end.exitCode()).isZero();
        assertThat(isAlive(pid("daemon"))).isFalse();
        assertThat(recorder.text(AttemptLog.WORKER))
                .isEqualTo("coil: killed what the script left running: sleep (" + pid("daemon") + ")\n");
    }

    @Test
    void shouldNotWaitForAChildThatKeepsTheOutputOpen() throws Exception {
        long start = System.nanoTime();

        var end = run("sh", "sleep 600 & echo done", LONG);

        assertThat(end.exitCode()).isZero();
        assertThat(recorder.text(AttemptLog.OUT)).isEqualTo("done\n");
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void shouldNotWaitForADaemonThatHidesAndKeepsTheOutputOpen() throws Exception {
        var end = run("sh", "env -i \"$(command -v setsid)\" sleep 30 & echo $! > hidden; sleep 0.2", LONG);

        assertThat(end.exitCode()).isZero();
        assertThat(recorder.text(AttemptLog.WORKER)).contains("still holds its output open");
        ProcessHandle.of(pid("hidden")).ifPresent(ProcessHandle::destroyForcibly);
    }

    @Test
    void shouldNotLoseOutputAtTheEnd() throws Exception {
        run("sh", "seq 1 200000", LONG);

        assertThat(recorder.text(AttemptLog.OUT)).hasLineCount(200_000).endsWith("\n200000\n");
    }

    @Test
    void shouldKillWhatRunsWhenItIsStopped() throws Exception {
        var interrupted = new CompletableFuture<Boolean>();
        var thread = new Thread(() -> {
            try {
                run("sh", "echo $$ > self.new; mv self.new self; sleep 600", LONG);
                interrupted.complete(false);
            } catch (InterruptedException stopped) {
                interrupted.complete(true);
            } catch (Exception e) {
                interrupted.completeExceptionally(e);
            }
        });
        thread.start();
        await().until(() -> Files.exists(temp.resolve("self")));

        thread.interrupt();

        assertThat(interrupted.get(10, TimeUnit.SECONDS)).isTrue();
        assertThat(isAlive(pid("self"))).isFalse();
    }

    @Test
    void shouldEndWhatADeadWorkerLeft() throws Exception {
        var left = new ProcessBuilder("setsid", "sh", "-c", "setsid sleep 600 & wait");
        left.environment().put("COIL_CLAIM", claim.toString());
        var leader = left.start();
        Leftovers.note(temp.resolve("process"), leader.toHandle());
        await().until(() -> leader.descendants().count() == 1);

        var killed =
                Leftovers.kill(List.of(temp.resolve("process"), temp.resolve("absent")), Set.of(claim.incarnation()));

        assertThat(killed).anyMatch(name -> name.startsWith("sleep")).anyMatch(name -> name.startsWith("sh"));
        assertThat(leader.waitFor(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void shouldNotKillAProcessThatOnlyHasTheNumberOfAFormerOne() throws Exception {
        var innocent = new ProcessBuilder("sleep", "600").start();
        try {
            Files.writeString(temp.resolve("process"), innocent.pid() + " 1000\n");

            assertThat(Leftovers.kill(List.of(temp.resolve("process")), Set.of("other")))
                    .isEmpty();

            assertThat(innocent.isAlive()).isTrue();
        } finally {
            innocent.destroyForcibly();
        }
    }
}
