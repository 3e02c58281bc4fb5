package dev.coil.worker.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Runs the git program with nothing of the user's: no configuration, no hooks, no prompts, no credentials. */
final class Git {

    private static final List<String> SETTINGS = List.of(
            "core.hooksPath=/dev/null",
            "gc.auto=0",
            "maintenance.auto=false",
            "advice.detachedHead=false",
            "http.lowSpeedLimit=1",
            "http.lowSpeedTime=60",
            "protocol.file.allow=always");

    private final Path home;

    /** @param home a directory without a configuration of git's, in which it may look for one */
    Git(Path home) {
        this.home = home;
    }

    /** Git said no; the message is what it said. */
    static final class Failed extends IOException {
        Failed(String message) {
            super(message);
        }
    }

    /** @return what it printed */
    String run(Path directory, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        command.add("git");
        SETTINGS.forEach(setting -> command.addAll(List.of("-c", setting)));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
        var environment = builder.environment();
        environment.keySet().retainAll(List.of("PATH", "TMPDIR", "LD_LIBRARY_PATH", "SSL_CERT_FILE", "SSL_CERT_DIR"));
        environment.put("HOME", home.toString());
        environment.put("XDG_CONFIG_HOME", home.toString());
        environment.put("GIT_CONFIG_GLOBAL", "/dev/null");
        environment.put("GIT_CONFIG_NOSYSTEM", "1");
        environment.put("GIT_TERMINAL_PROMPT", "0");
        environment.put("GIT_ASKPASS", "true");
        environment.put("GIT_ADVICE", "0");
        environment.put("LC_ALL", "C");
        var process = builder.start();
        process.getOutputStream().close();
        return finish(process, arguments);
    }

    private static String finish(Process process, String[] arguments) throws IOException, InterruptedException {
        var output = new String[1];
        var reader = new Thread(
                () -> {
                    try (var in = process.getInputStream()) {
                        output[0] = new String(in.readAllBytes(), UTF_8);
                    } catch (IOException e) {
                        output[0] = e.getMessage();
                    }
                },
                "git-output");
        reader.setDaemon(true);
        reader.start();
        try {
            int exit = process.waitFor();
            reader.join();
            var said = output[0] == null ? "" : output[0].strip();
            if (exit != 0) {
                throw new Failed(
                        "git " + arguments[0] + ": " + (said.isEmpty() ? "exit code " + exit : lastLine(said)));
            }
            return said;
        } finally {
            if (process.isAlive()) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                // Nobody may find it still at work in a repository that is free for others again.
                process.destroyForcibly().onExit().join();
            }
        }
    }

    private static String lastLine(String said) {
        return said.lines()
                .filter(line -> line.startsWith("fatal:") || line.startsWith("error:"))
                .findFirst()
                .orElseGet(() -> said.lines().reduce("", (first, second) -> second));
    }
}
