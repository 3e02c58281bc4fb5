package dev.coil.scheduler.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.protocol.source.SourceKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Starts the git program with settings that this machine's configuration and environment cannot change: they stand on the command
 * line, so that a repository made by an older version of Coil follows newer settings.
 */
final class GitProgram {

    private static final List<String> SETTINGS = List.of(
            // No hook comes with a push, but a template of this machine could bring some.
            "core.hooksPath=/dev/null",
            // Housekeeping is ours: git's own could delete what a worker is about to fetch.
            "gc.auto=0",
            "receive.autogc=false",
            "maintenance.auto=false",
            // Each push stays one pack, however small: the number of packs is easy to bound, loose objects are not.
            "receive.unpackLimit=1",
            // A worker fetches the commit of its task by its id.
            "uploadpack.allowAnySHA1InWant=true",
            "uploadpack.allowFilter=true",
            // The refs of submitted commits are listed to everybody who asks, so the number of those that are is
            // bounded.
            "transfer.hideRefs=" + Housekeeping.OLD_COMMITS,
            // Large files hardly ever become smaller as differences, which take long to look for and much memory.
            "core.bigFileThreshold=1m",
            "pack.windowMemory=64m",
            "core.packedGitWindowSize=16m",
            "core.packedGitLimit=128m",
            // The directory is the node's own, whoever it runs as.
            "safe.directory=*");

    private final String program;

    /** @param program a name to look up in the path, or a path */
    GitProgram(String program) {
        this.program = program;
    }

    /** What a command did; {@code output} is standard output and standard error, as they came. */
    record Result(int exitCode, String output) {}

    /** Prepares a service of the protocol, in a repository of a kind. */
    ProcessBuilder command(Path repository, List<String> arguments, SourceKind kind) {
        var all = new ArrayList<>(List.of("-c", "receive.shallowUpdate=" + kind.isShallow()));
        all.addAll(arguments);
        return command(repository, all);
    }

    /** Prepares a command that is to run in a directory. */
    ProcessBuilder command(Path directory, List<String> arguments) {
        var command = new ArrayList<String>();
        command.add(program);
        for (var setting : SETTINGS) {
            command.add("-c");
            command.add(setting);
        }
        command.addAll(arguments);
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        var variables = builder.environment();
        variables.keySet().removeIf(name -> name.startsWith("GIT_"));
        variables.put("GIT_CONFIG_NOSYSTEM", "1");
        variables.put("GIT_CONFIG_GLOBAL", "/dev/null");
        variables.put("GIT_TERMINAL_PROMPT", "0");
        variables.put("LC_ALL", "C");
        return builder;
    }

    /** @throws GitMissing if there is no such program */
    Process start(ProcessBuilder command) throws IOException {
        try {
            return command.start();
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("error=2,")
                    && Files.isDirectory(command.directory().toPath())) {
                throw new GitMissing(program, e);
            }
            throw e;
        }
    }

    /**
     * Runs a command to its end.
     *
     * @param input may be long only for a command that reads all of it before it writes
     * @param limit after which it is killed; its result then has the exit code of the signal
     */
    Result run(Path directory, Duration limit, String input, String... arguments) throws IOException {
        return run(directory, limit, input, Map.of(), arguments);
    }

    /** Runs a command as {@link #run(Path, Duration, String, String...)} does, with further environment variables. */
    Result run(Path directory, Duration limit, String input, Map<String, String> variables, String... arguments)
            throws IOException {
        var command = command(directory, List.of(arguments)).redirectErrorStream(true);
        command.environment().putAll(variables);
        var process = start(command);
        process.onExit().orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS).exceptionally(late -> {
            GitProcess.stop(process, Duration.ZERO);
            return process;
        });
        try (var in = process.getOutputStream()) {
            in.write(input.getBytes(UTF_8));
        } catch (IOException e) {
            // It ended without reading everything; its output says why.
            if (process.isAlive()) {
                GitProcess.stop(process, Duration.ZERO);
                throw e;
            }
        }
        var output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            return new Result(process.waitFor(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            GitProcess.stop(process, Duration.ZERO);
            throw new IOException("interrupted while git was working", e);
        }
    }

    /** There is no git program on this machine. */
    static final class GitMissing extends IOException {
        GitMissing(String program, IOException cause) {
            super("the node cannot start '" + program + "', which keeps its sources: install git on the node", cause);
        }
    }
}
