package dev.coil.worker.execute;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.space.TaskVariables;
import dev.coil.worker.execute.ScriptEnd.Violation;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.host.Departure;
import dev.coil.worker.host.DiskSpace;
import dev.coil.worker.host.Programs;
import dev.coil.worker.host.SecretFile;
import dev.coil.worker.report.AttemptLog;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage: runs a script to its end, its timeout, until it does what it may not, or until the thread is interrupted; afterwards none
 * of its processes is left.
 */
public final class Execute {

    private static final Logger log = LoggerFactory.getLogger(Execute.class);

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final Duration OPEN_STREAM = Duration.ofSeconds(1);

    /** As much as other CI systems choose: well before the worker, but behind what asks to go first. */
    private static final int KILLED_FIRST = 500;

    private final Sessions sessions = Sessions.detect();
    private final Patience patience;
    private final Confines confines;
    private @Nullable PseudoTerminal terminal;

    /**
     * How long is waited.
     *
     * @param grace between SIGTERM and SIGKILL
     * @param standstill how long all processes of a task may be stopped
     */
    public record Patience(Duration grace, Duration standstill) {
        public static final Patience STANDARD = new Patience(Duration.ofSeconds(5), Duration.ofSeconds(30));
    }

    public Execute(Patience patience, Confines confines) {
        this.patience = patience;
        this.confines = confines;
    }

    /**
     * What to run.
     *
     * @param shell as the graph names it
     * @param tty whether on a terminal
     * @param scriptFile outside the workspace, written here
     * @param processFile where the process is noted while it runs, for {@link Leftovers}
     * @param workspace which may not grow beyond what is allowed
     * @param directory in the workspace, where the script starts
     * @param limit how long it may run
     */
    public record Script(
            String text,
            String shell,
            boolean tty,
            Path scriptFile,
            Path processFile,
            Path workspace,
            Path directory,
            Map<String, String> environment,
            Duration limit,
            Allowance allowance) {}

    /**
     * Runs it.
     *
     * @throws InfraTrouble also if it failed while the disk was full
     * @throws InterruptedException if it was stopped; by then all its processes have been killed
     */
    public ScriptEnd run(Script script, ClaimId claim, AttemptLog log)
            throws InfraTrouble, TaskFault, InterruptedException {
        var process = start(script);
        var tree = ProcessTree.of(process, sessions.own(), claim.toString());
        var out = new OutputReader(process.getInputStream(), AttemptLog.OUT, log, "out-" + claim);
        var err = new OutputReader(process.getErrorStream(), AttemptLog.ERR, log, "err-" + claim);
        var space = new DiskSpace(script.scriptFile().toAbsolutePath().getParent());
        ScriptEnd end;
        boolean diskWasFull;
        try (var disk =
                new DiskWatch(script.workspace(), space, script.allowance().disk())) {
            note(script.processFile(), process);
            end = await(process, script.limit(), watches(script, tree, disk, log));
            diskWasFull = disk.wasFull();
            Departure.pass();
        } catch (InterruptedException stopped) {
            Thread.interrupted();
            finish(log, "killed", tree.kill(patience.grace()), out, err);
            throw stopped;
        } catch (IOException e) {
            tree.kill(Duration.ZERO);
            throw new InfraTrouble("cannot write " + script.processFile() + ": " + e.getMessage(), e);
        }
        finish(log, said(end), tree.kill(patience.grace()), out, err);
        delete(script.processFile());
        if (diskWasFull && end instanceof ScriptEnd.Exited exited && exited.code() != 0) {
            throw new InfraTrouble(
                    "the disk of this worker became full (the script ended with " + exited.code() + "): " + space);
        }
        return end;
    }

    private Process start(Script script) throws InfraTrouble, TaskFault, InterruptedException {
        var environment = new TreeMap<>(script.environment());
        var command = ShellCommand.of(script.shell(), script.scriptFile());
        var program = command.get(0);
        if (!ShellCommand.isThere(program, environment.getOrDefault("PATH", "/usr/bin:/bin"))) {
            throw new TaskFault("this worker has no program '" + program + "' to run the script with");
        }
        if (!Files.isDirectory(script.directory())) {
            throw new TaskFault("the working directory " + script.directory().getFileName() + " does not exist");
        }
        var sandbox = confines.sandbox();
        if (sandbox != null) {
            command = sandbox.command(command, script);
        }
        if (script.tty()) {
            environment.putIfAbsent("TERM", PseudoTerminal.TERM);
            command = terminal().command(command, environment);
        }
        try {
            SecretFile.write(script.scriptFile(), script.text().getBytes(UTF_8));
            var builder = builder(command, environment, script);
            var process = Departure.start(builder);
            ProcFs.preferForKilling(process.pid(), KILLED_FIRST);
            return process;
        } catch (IOException e) {
            throw new InfraTrouble("cannot start the script: " + e.getMessage(), e);
        }
    }

    private ProcessBuilder builder(List<String> command, Map<String, String> environment, Script script)
            throws IOException, TaskFault {
        var user = confines.user();
        var words = command;
        if (user != null) {
            user.show(script.scriptFile());
            words = user.outermost(List.of(
                    "sh", Launch.write(command, environment, script, user).toString()));
        }
        var builder = new ProcessBuilder(sessions.command(confines.processors().command(words)))
                .directory(script.directory().toFile())
                .redirectInput(new File("/dev/null"));
        if (user != null) {
            builder.directory(new File("/"));
            Programs.bare(builder.environment());
            builder.environment().put(TaskVariables.MARKER, environment.getOrDefault(TaskVariables.MARKER, ""));
            return builder;
        }
        builder.environment().clear();
        try {
            builder.environment().putAll(environment);
        } catch (IllegalArgumentException e) {
            throw new TaskFault("the task's environment cannot be set: " + e.getMessage());
        }
        return builder;
    }

    private static void note(Path file, Process process) throws IOException {
        try {
            Leftovers.note(file, process.toHandle());
        } catch (NoSuchFileException quickScript) {
            // It has deleted everything already, this directory as well; that is its right, and its marker finds it,
            // too.
            log.debug("cannot note a process in {}", file);
        }
    }

    private synchronized PseudoTerminal terminal() throws InfraTrouble, InterruptedException {
        if (terminal == null) {
            terminal = PseudoTerminal.detect();
        }
        return terminal;
    }

    private List<Watch> watches(Script script, ProcessTree tree, Watch disk, AttemptLog log) {
        var standstill = new StandstillWatch(tree, patience.standstill(), log::say);
        var memory = script.allowance().memory();
        return memory == null ? List.of(disk, standstill) : List.of(disk, standstill, new MemoryWatch(tree, memory));
    }

    private static ScriptEnd await(Process process, Duration limit, List<Watch> watches) throws InterruptedException {
        var timer = new AwakeTimer(limit, System::nanoTime);
        while (true) {
            long left = timer.nanosLeft();
            if (process.waitFor(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS)) {
                return new ScriptEnd.Exited(process.exitValue());
            }
            if (left <= 0) {
                return new ScriptEnd.TimedOut();
            }
            var violation = look(watches);
            if (violation != null) {
                return new ScriptEnd.Ended(violation);
            }
        }
    }

    private static @Nullable Violation look(List<Watch> watches) {
        for (var watch : watches) {
            var violation = watch.look();
            if (violation != null) {
                return violation;
            }
        }
        return null;
    }

    private static String said(ScriptEnd end) {
        if (end instanceof ScriptEnd.Ended ended) {
            return ended.violation().reason() + "; killed";
        }
        return end instanceof ScriptEnd.TimedOut ? "timed out; killed" : "killed what the script left running:";
    }

    private static void finish(AttemptLog log, String what, List<String> killed, OutputReader out, OutputReader err)
            throws InterruptedException {
        boolean ended = out.finish(OPEN_STREAM) & err.finish(OPEN_STREAM);
        log.endOutput();
        if (!killed.isEmpty()) {
            log.say("coil: " + what + " " + String.join(", ", killed));
        }
        if (!ended) {
            log.say("coil: some process that is not the task's still holds its output open; not waited for");
        }
    }

    private static void delete(Path file) throws InfraTrouble {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new InfraTrouble("cannot delete " + file + ": " + e.getMessage(), e);
        }
    }
}
