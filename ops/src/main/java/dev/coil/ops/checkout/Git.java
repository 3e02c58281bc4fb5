package dev.coil.ops.checkout;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs the git program in a directory. */
final class Git {

    /** Set by git for its hooks; they would make it look at another repository than the one at the directory. */
    private static final List<String> FOREIGN = List.of(
            "GIT_DIR",
            "GIT_WORK_TREE",
            "GIT_INDEX_FILE",
            "GIT_PREFIX",
            "GIT_COMMON_DIR",
            "GIT_NAMESPACE",
            "GIT_OBJECT_DIRECTORY",
            "GIT_ALTERNATE_OBJECT_DIRECTORIES");

    /** What ssh, which connects, has said of it stands before. */
    private static final String UNTOLD = "fatal: Could not read from remote repository";

    /** Exit codes above this are those of signals. */
    private static final int SIGNAL = 128;

    private final Path directory;
    private final Map<String, String> environment;
    private final @Nullable Duration limit;

    Git(Path directory) {
        this(directory, Map.of(), null);
    }

    private Git(Path directory, Map<String, String> environment, @Nullable Duration limit) {
        this.directory = directory;
        this.environment = environment;
        this.limit = limit;
    }

    /** The same in another directory. */
    Git in(Path other) {
        return new Git(other, environment, limit);
    }

    /** The same, killed with all that it started when it has not ended after some time. */
    Git within(Duration time) {
        return new Git(directory, environment, time);
    }

    /** The same with further environment variables. */
    Git with(Map<String, String> more) {
        var all = new HashMap<>(environment);
        all.putAll(more);
        return new Git(directory, all, limit);
    }

    /** @param stdout what it printed, as bytes: file names need not be text */
    record Result(int exitCode, byte[] stdout, String stderr) {
        boolean succeeded() {
            return exitCode == 0;
        }

        /** Standard output as text, without the line ends at its end. */
        String text() {
            return new String(stdout, StandardCharsets.UTF_8).stripTrailing();
        }

        /** The parts of output that {@code -z} separates. */
        List<String> parts() {
            var text = new String(stdout, StandardCharsets.UTF_8);
            return text.isEmpty() ? List.of() : Arrays.asList(text.split("\0"));
        }

        GitFailed failure(String what) {
            return failure(what, "");
        }

        /** @param advice what to do, after what git said; may be empty */
        GitFailed failure(String what, String advice) {
            return new GitFailed(what + ": " + complaint() + advice, isKilled());
        }

        boolean isKilled() {
            return exitCode > SIGNAL;
        }

        /** The most telling line of standard error. */
        String complaint() {
            var before = "";
            for (var line : stderr.lines().map(String::strip).toList()) {
                if (line.startsWith(UNTOLD) && !before.isEmpty()) {
                    return before;
                }
                if (line.startsWith("fatal: ") || line.startsWith("error: ")) {
                    return line.substring(line.indexOf(' ') + 1);
                }
                before = line.isEmpty() ? before : line;
            }
            return stderr.isBlank() ? "exit code " + exitCode : stderr.strip();
        }
    }

    /** Where it runs. */
    Path directory() {
        return directory;
    }

    /** Runs git and expects it to succeed. */
    Result need(String... arguments) {
        var result = run(arguments);
        if (!result.succeeded()) {
            throw result.failure("git " + verb(arguments) + " failed in " + directory);
        }
        return result;
    }

    /** Runs git, whatever comes of it. */
    Result run(String... arguments) {
        return run(line -> {}, arguments);
    }

    /** @param progress hears, while git works, what it says of how far it is */
    Result run(Consumer<String> progress, String... arguments) {
        var command = new ArrayList<String>();
        command.add("git");
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command).directory(directory.toFile());
        builder.environment().keySet().removeAll(FOREIGN);
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("GIT_TERMINAL_PROMPT", "0");
        builder.environment().put("GIT_OPTIONAL_LOCKS", "0");
        // What replaces objects here is not there where the tasks run.
        builder.environment().put("GIT_NO_REPLACE_OBJECTS", "1");
        builder.environment().putAll(environment);
        try {
            var process = builder.start();
            if (limit != null) {
                process.onExit()
                        .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                        .exceptionally(late -> kill(process));
            }
            process.getOutputStream().close();
            var stderr = CompletableFuture.supplyAsync(() -> listen(process.getErrorStream(), progress));
            var stdout = read(process.getInputStream());
            return new Result(process.waitFor(), stdout, stderr.join());
        } catch (IOException e) {
            throw cannotRun(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new GitFailed("interrupted while git " + verb(arguments) + " ran", true);
        }
    }

    private static Process kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        return process.destroyForcibly();
    }

    private static GitFailed cannotRun(IOException e) {
        var message = String.valueOf(e.getMessage());
        return message.contains("error=2,")
                ? new GitFailed(
                        "git is needed and there is no git on PATH. Install it (Debian: apt-get install git)", false)
                : new GitFailed("cannot run git: " + message.replaceFirst(".*error=\\d+, ", ""), true);
    }

    private static byte[] read(InputStream in) {
        try (in) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Standard error without the lines that overwrite each other to show progress. */
    private static String listen(InputStream stderr, Consumer<String> progress) {
        var said = new StringBuilder();
        var line = new StringBuilder();
        try (var in = new InputStreamReader(stderr, StandardCharsets.UTF_8)) {
            boolean returned = false;
            for (int c = in.read(); c >= 0; c = in.read()) {
                // What git overwrites is progress; ssh ends its lines so.
                if (returned && c != '\n') {
                    progress.accept(line.toString());
                    line.setLength(0);
                }
                returned = c == '\r';
                if (!returned) {
                    line.append((char) c);
                }
                if (c == '\n') {
                    said.append(line);
                    line.setLength(0);
                }
            }
            if (returned) {
                line.setLength(0);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return said.append(line).toString();
    }

    private static String verb(String... arguments) {
        int i = 0;
        while (i + 2 < arguments.length && arguments[i].equals("-c")) {
            i += 2;
        }
        return arguments[i];
    }
}
