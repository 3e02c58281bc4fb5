package dev.coil.worker.execute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.coil.protocol.space.ClaimId;
import dev.coil.worker.execute.ScriptEnd.Violation;
import dev.coil.worker.report.AttemptLog;
import dev.coil.worker.report.LogBound;
import dev.coil.worker.report.LogRecorder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What scripts do to the worker that runs them. */
@Timeout(240)
class BadScriptsTest {

    private static final Duration LONG = Duration.ofSeconds(40);
    private static final Allowance PLENTY = new Allowance(null, 1L << 40);
    private static final long MIB = 1L << 20;

    @TempDir
    Path temp;

    private final ClaimId claim = new ClaimId(UUID.randomUUID().toString().replace("-", ""), 1);
    private final LogRecorder recorder = new LogRecorder();
    private final Execute execute =
            new Execute(new Execute.Patience(Duration.ofMillis(300), Duration.ofMillis(600)), Confines.NONE);
    private Path workspace;

    @BeforeEach
    void makeWorkspace() throws Exception {
        workspace = Files.createDirectory(temp.resolve("ws"));
    }

    @AfterEach
    void close() {
        recorder.close();
    }

    private ScriptEnd run(String text) throws Exception {
        return run(text, LONG, PLENTY, false, LogBound.of(64 * MIB));
    }

    private ScriptEnd onTerminal(String text, Map<String, String> more) throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/script")), "SKIPPED: tty needs script(1)");
        return run(text, LONG, PLENTY, true, LogBound.of(64 * MIB), more);
    }

    private ScriptEnd run(String text, Duration limit, Allowance allowance, boolean tty, LogBound bound)
            throws Exception {
        return run(text, limit, allowance, tty, bound, Map.of());
    }

    private ScriptEnd run(
            String text, Duration limit, Allowance allowance, boolean tty, LogBound bound, Map<String, String> more)
            throws Exception {
        var log = recorder.attempt(bound);
        log.open();
        var environment = new TreeMap<>(Map.of("PATH", System.getenv("PATH"), "COIL_CLAIM", claim.toString()));
        environment.putAll(more);
        var script = new Execute.Script(
                text,
                "sh",
                tty,
                temp.resolve("script"),
                temp.resolve("process"),
                workspace,
                workspace,
                environment,
                limit,
                allowance);
        try {
            return execute.run(script, claim, log);
        } finally {
            log.close().get(20, TimeUnit.SECONDS);
        }
    }

    private @Nullable Violation violation(ScriptEnd end) {
        return end instanceof ScriptEnd.Ended ended ? ended.violation() : null;
    }

    private String out() {
        return recorder.text(AttemptLog.OUT);
    }

    private String said() {
        return recorder.text(AttemptLog.WORKER);
    }

    private boolean isAlive(String pidFile) throws Exception {
        return ProcFs.process(Long.parseLong(
                        Files.readString(workspace.resolve(pidFile)).strip()))
                != null;
    }

    @Test
    void shouldTellEveryExitCodeAsItIs() throws Exception {
        var codes = new ArrayList<Integer>();
        for (int code = 0; code < 256; code++) {
            codes.add(run("exit " + code).exitCode());
        }

        assertThat(codes).isEqualTo(IntStream.range(0, 256).boxed().toList());
    }

    @Test
    void shouldTellEverySignalThatEndsAScript() throws Exception {
        for (int signal = 1; signal <= 15; signal++) {
            assertThat(run("kill -" + signal + " $$; sleep 1").exitCode()).isEqualTo(128 + signal);
        }
    }

    @Test
    void shouldRunAScriptOfAMegabyte() throws Exception {
        var end = run("echo begin\n" + "# a comment\n".repeat(90_000) + "echo end\n");

        assertThat(end.exitCode()).isZero();
        assertThat(out()).isEqualTo("begin\nend\n");
    }

    @Test
    void shouldWaitForAScriptThatClosesItsOutputs() throws Exception {
        var end = run("exec >&- 2>&-; sleep 0.3; exit 3");

        assertThat(end.exitCode()).isEqualTo(3);
    }

    @Test
    void shouldKillADaemonThatForkedTwiceAndTakeTheScriptsOwnEnd() throws Exception {
        var end = run("(setsid sh -c 'echo $$ > daemon; exec sleep 600' &)\n"
                + "until test -s daemon; do sleep 0.05; done; exit 5");

        assertThat(end.exitCode()).isEqualTo(5);
        assertThat(isAlive("daemon")).isFalse();
        assertThat(said()).startsWith("coil: killed what the script left running: sleep (");
    }

    @Test
    void shouldEndAScriptThatStopsItself() throws Exception {
        var end = run("echo $$ > pid; kill -STOP $$; echo on");

        assertThat(violation(end).label()).isEqualTo("stopped");
        assertThat(violation(end).reason()).startsWith("stopped itself: sh (");
        assertThat(said()).contains("stopped by a signal, and goes on only after SIGCONT: sh (");
        assertThat(isAlive("pid")).isFalse();
    }

    @Test
    void shouldLetAScriptGoOnThatStopsAndWakesItsChild() throws Exception {
        var end = run("sh -c 'kill -STOP $$; exit 4' & sleep 2.2; kill -CONT $!; wait $!");

        assertThat(end.exitCode()).isEqualTo(4);
        assertThat(said()).contains("stopped by a signal");
    }

    @Test
    void shouldLetAStoppedScriptCleanUpAtItsTimeout() throws Exception {
        var patient = new Execute(Execute.Patience.STANDARD, Confines.NONE);
        var log = recorder.attempt();
        log.open();
        var script = new Execute.Script(
                "trap 'echo cleaned; exit 0' TERM; kill -STOP $$",
                "sh",
                false,
                temp.resolve("script"),
                temp.resolve("process"),
                workspace,
                workspace,
                Map.of("PATH", System.getenv("PATH"), "COIL_CLAIM", claim.toString()),
                Duration.ofMillis(500),
                PLENTY);

        var end = patient.run(script, claim, log);

        log.close().get(5, TimeUnit.SECONDS);
        assertThat(end).isEqualTo(new ScriptEnd.TimedOut());
        assertThat(out()).isEqualTo("cleaned\n");
    }

    @Test
    void shouldEndATaskThatUsesTooMuchMemoryInAllItsProcesses() throws Exception {
        assumeTrue(ProcFs.isHere(), "SKIPPED: needs /proc, so Linux");
        var hog = "perl -e '$x = \"x\" x (40 << 20); sleep 600'";
        var end = run(
                hog + " & " + hog + " & echo $! > pid; wait",
                LONG,
                new Allowance(64 * MIB, 1L << 40),
                false,
                LogBound.of(MIB));

        assertThat(violation(end)).isEqualTo(new Violation("memory", "used more than 64 MiB of memory"));
        assertThat(said())
                .contains("coil: used more than 64 MiB of memory; killed")
                .contains("perl (");
        assertThat(isAlive("pid")).isFalse();
    }

    @Test
    void shouldCountMemoryOnceThatProcessesShare() throws Exception {
        assumeTrue(ProcFs.isHere(), "SKIPPED: needs /proc, so Linux");
        var end = run(
                "perl -e '$x = \"x\" x (20 << 20); for (1..3) { fork or do { sleep 2; exit } } 1 while wait > 0'",
                LONG,
                new Allowance(100 * MIB, 1L << 40),
                false,
                LogBound.of(MIB));

        assertThat(end).isEqualTo(new ScriptEnd.Exited(0));
    }

    @Test
    void shouldOfferTasksToTheKernelWhenMemoryRunsOut() throws Exception {
        assumeTrue(ProcFs.isHere(), "SKIPPED: needs /proc, so Linux");
        run("sleep 0.1; cat /proc/self/oom_score_adj");

        assertThat(out()).isEqualTo("500\n");
    }

    @Test
    void shouldEndATaskThatFillsTheDisk() throws Exception {
        var end = run(
                "mkdir deep; dd if=/dev/zero of=deep/file bs=1024k count=40 2> /dev/null; echo $$ > pid; sleep 600",
                LONG,
                new Allowance(null, 32 * MIB),
                false,
                LogBound.of(MIB));

        assertThat(violation(end)).isEqualTo(new Violation("disk", "used more than 32 MiB of disk"));
        assertThat(isAlive("pid")).isFalse();
    }

    @Test
    void shouldNotCountTheHolesOfAFile() throws Exception {
        var end = run(
                "dd if=/dev/zero of=sparse bs=1 count=1 seek=1000000000 2> /dev/null; sleep 1.5",
                LONG,
                new Allowance(null, 32 * MIB),
                false,
                LogBound.of(MIB));

        assertThat(end).isEqualTo(new ScriptEnd.Exited(0));
    }

    @Test
    void shouldTellTheEndOfAScriptThatDeletesItsWorkspace() throws Exception {
        assertThat(run(
                        "rm -rf \"$PWD\"; sleep 1.5; exit 6",
                        LONG,
                        new Allowance(null, 32 * MIB),
                        false,
                        LogBound.of(MIB)))
                .isEqualTo(new ScriptEnd.Exited(6));
    }

    @Test
    void shouldKeepTheBeginningAndTheEndOfTooMuchOutput() throws Exception {
        // What is read of one stream may be a pipe's content ahead of the other: the end is much longer than that.
        var end = run("seq 1 2000000; echo error >&2; exit 9", LONG, PLENTY, false, LogBound.of(4_000_000));

        assertThat(end.exitCode()).isEqualTo(9);
        assertThat(recorder.all()).hasSizeLessThan(4_000_500);
        assertThat(out()).startsWith("1\n2\n3\n").endsWith("\n2000000\n");
        assertThat(recorder.text(AttemptLog.ERR)).isEqualTo("error\n");
        assertThat(recorder.all())
                .containsPattern("\n\\d+\ncoil: the log is cut here, as it is too long: .*\n"
                        + "coil: \\d+ bytes of output are left out here\n\\d+\n");
    }

    @Test
    void shouldBoundOutputWithoutAnyNewline() throws Exception {
        run("head -c 100000000 /dev/zero | tr '\\0' x; echo; echo end", LONG, PLENTY, false, LogBound.of(MIB));

        assertThat(recorder.all()).hasSizeLessThan((int) MIB + 1_000).endsWith("x\nend\n");
        assertThat(recorder.chunks).allMatch(chunk -> chunk.bytes().length <= 32 * 1024);
    }

    @Test
    void shouldKeepOutputThatIsNoUtf8AsItIs() throws Exception {
        run("printf '\\377\\376\\000\\n'");

        assertThat(recorder.chunks.get(0).bytes()).containsExactly(0xff, 0xfe, 0, '\n');
    }

    @Test
    void shouldHaveATerminalIfItWantsOne() throws Exception {
        var end = onTerminal(
                "test -t 0 && test -t 1 && test -t 2 && tty && stty size && echo $TERM; cat; exit 7", Map.of());

        assertThat(end.exitCode()).isEqualTo(7);
        assertThat(out()).matches("/dev/\\S+\n24 80\nxterm-256color\n");
        assertThat(said()).isEmpty();
    }

    @Test
    void shouldHaveATerminalOfTheSizeAndKindThatTheTaskSays() throws Exception {
        onTerminal("stty size; echo $TERM", Map.of("LINES", "50", "COLUMNS", "132", "TERM", "vt100"));

        assertThat(out()).isEqualTo("50 132\nvt100\n");
    }

    @Test
    void shouldHaveNoTerminalOtherwise() throws Exception {
        run("test -t 0 || test -t 1 || test -t 2 || echo none; tty || true");

        assertThat(out()).isEqualTo("none\nnot a tty\n");
    }

    @Test
    void shouldTellASignalAndKillTheTreeOnATerminalToo() throws Exception {
        assertThat(onTerminal("kill -SEGV $$", Map.of()).exitCode()).isEqualTo(139);

        var end = run(
                "sh -c 'trap \"\" TERM HUP; echo $$ > child; sleep 600; sleep 600' & echo $$ > self; wait",
                Duration.ofSeconds(1),
                PLENTY,
                true,
                LogBound.of(MIB));

        assertThat(end).isEqualTo(new ScriptEnd.TimedOut());
        assertThat(isAlive("child")).isFalse();
        assertThat(isAlive("self")).isFalse();
    }

    @Test
    void shouldLeaveQuotesOfShellAndScriptAloneOnATerminal() throws Exception {
        workspace = Files.createDirectory(temp.resolve("it's a \"$HOME\""));

        onTerminal("basename \"$PWD\"", Map.of());

        assertThat(out()).isEqualTo("it's a \"$HOME\"\n");
    }
}
