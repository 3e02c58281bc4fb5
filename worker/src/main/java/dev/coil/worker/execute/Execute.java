package dev.coil.worker.execute;

import dev.coil.protocol.space.ClaimId;
import dev.coil.worker.fault.InfraTrouble;
import dev.coil.worker.fault.TaskFault;
import dev.coil.worker.report.AttemptLog;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The stage: runs a script to its end, its timeout, or until the thread is interrupted; afterwards none of its processes is left. */
public final class Execute {

    /** Between SIGTERM and SIGKILL. */
    public static final Duration STANDARD_GRACE = Duration.ofSeconds(5);

    private static final Duration OPEN_STREAM = Duration.ofSeconds(1);

    private final Sessions sessions = Sessions.detect();
    private final Duration grace;

    public Execute(Duration grace) {
        this.grace = grace;
    }

    /**
     * What to run.
     *
     * @param shell as the graph names it
     * @param scriptFile outside the workspace, written here
     * @param processFile where the process is noted while it runs, for {@link Leftovers}
     * @param limit how long it may run
     */
    public record Script(
            String text,
            String shell,
            Path scriptFile,
            Path processFile,
            Path directory,
            Map<String, String> environment,
            Duration limit) {}

    /** @throws InterruptedException if it was stopped; by then all its processes have been killed */
    public ScriptEnd run(Script script, ClaimId claim, AttemptLog log)
            throws InfraTrouble, TaskFault, InterruptedException {
        var process = start(script);
        var tree = ProcessTree.of(process, sessions.own(), claim.toString());
        var out = new OutputReader(process.getInputStream(), AttemptLog.OUT, log, "out-" + claim);
        var err = new OutputReader(process.getErrorStream(), AttemptLog.ERR, log, "err-" + claim);
        boolean exited;
        try {
            Leftovers.note(script.processFile(), process.toHandle());
            exited = process.waitFor(script.limit().toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.interrupted();
            say(log, "killed", tree.kill(grace));
            finish(log, out, err);
            throw stopped;
        } catch (IOException e) {
            tree.kill(Duration.ZERO);
            throw new InfraTrouble("cannot write " + script.processFile() + ": " + e.getMessage(), e);
        }
        say(log, exited ? "killed what the script left running:" : "timed out; killed", tree.kill(grace));
        finish(log, out, err);
        delete(script.processFile());
        return new ScriptEnd(exited ? process.exitValue() : null);
    }

    private Process start(Script script) throws InfraTrouble, TaskFault {
        var command = ShellCommand.of(script.shell(), script.scriptFile());
        var program = command.get(0);
        if (!ShellCommand.isThere(program, script.environment().getOrDefault("PATH", "/usr/bin:/bin"))) {
            throw new TaskFault("this worker has no program '" + program + "' to run the script with");
        }
        if (!Files.isDirectory(script.directory())) {
            throw new TaskFault("the working directory " + script.directory().getFileName() + " does not exist");
        }
        var builder = new ProcessBuilder(sessions.command(command))
                .directory(script.directory().toFile())
                .redirectInput(new File("/dev/null"));
        builder.environment().clear();
        try {
            builder.environment().putAll(script.environment());
        } catch (IllegalArgumentException e) {
            throw new TaskFault("the task's environment cannot be set: " + e.getMessage());
        }
        try {
            Files.writeString(script.scriptFile(), script.text());
            return builder.start();
        } catch (IOException e) {
            throw new InfraTrouble("cannot start the script: " + e.getMessage(), e);
        }
    }

    private static void say(AttemptLog log, String what, List<String> processes) {
        if (!processes.isEmpty()) {
            log.say("coil: " + what + " " + String.join(", ", processes));
        }
    }

    private static void finish(AttemptLog log, OutputReader out, OutputReader err) throws InterruptedException {
        boolean ended = out.finish(OPEN_STREAM) & err.finish(OPEN_STREAM);
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
