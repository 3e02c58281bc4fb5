package dev.coil.worker.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.worker.blob.NodeAddress;
import dev.coil.worker.host.Departure;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs the git program with nothing of the user's: no configuration, no hooks, no prompts, no credentials. */
final class Git {

    private static final List<String> SETTINGS = List.of(
            "core.hooksPath=/dev/null",
            "gc.auto=0",
            "maintenance.auto=false",
            "advice.detachedHead=false",
            // Large files are streamed, and packs mapped in parts.
            "core.bigFileThreshold=1m",
            "core.packedGitWindowSize=16m",
            "core.packedGitLimit=128m",
            "http.lowSpeedLimit=1",
            "http.lowSpeedTime=60",
            "protocol.file.allow=always");

    private static final Duration LOOK = Duration.ofSeconds(1);
    private static final Duration FOREVER = Duration.ofDays(3650);
    private static final Duration SILENCE = Duration.ofMinutes(2);

    private final Path home;
    private final Duration silence;

    /** @param home a directory without a configuration of git's, in which it may look for one */
    Git(Path home) {
        this(home, SILENCE);
    }

    /** @param silence how long nothing may come from another machine before it counts as dead */
    Git(Path home, Duration silence) {
        this.home = home;
        this.silence = silence;
    }

    /** Git said no; the message is what it said. */
    static final class Failed extends IOException {
        Failed(String message) {
            super(message);
        }
    }

    /** @return what it printed */
    String run(Path directory, String... arguments) throws IOException, InterruptedException {
        return new Call(start(directory, Map.of(), arguments), arguments[0], FOREVER).finish("");
    }

    /**
     * @param input what it reads
     * @return what it printed
     */
    String feed(String input, Path directory, String... arguments) throws IOException, InterruptedException {
        return new Call(start(directory, Map.of(), arguments), arguments[0], FOREVER).finish(input);
    }

    /** Fetches from a node, and gives up when nothing has come for a while. */
    void fetch(Path repository, NodeAddress node, String url, String refspec) throws IOException, InterruptedException {
        // Git says how far it is, many times a second; that it says nothing means that the network is dead.
        var arguments = new String[] {
            "fetch", "--progress", "--update-shallow", "--no-tags", "--no-write-fetch-head", url, refspec
        };
        new Call(start(repository, node.gitSettings(authority()), arguments), arguments[0], silence).finish("");
    }

    /** Certificates of the node's that the worker's owner trusts; empty if there are none of its own. */
    private static String authority() {
        var file = System.getenv("COIL_CA");
        return file == null ? "" : file;
    }

    private Process start(Path directory, Map<String, String> settings, String... arguments)
            throws IOException, InterruptedException {
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
        environment.putAll(settings);
        return Departure.start(builder);
    }

    /** One git program on its way to its end. */
    private static final class Call {

        private final Process process;
        private final String verb;
        private final Duration silence;
        private final StringBuilder said = new StringBuilder();
        private volatile long heardAt = System.nanoTime();

        Call(Process process, String verb, Duration silence) {
            this.process = process;
            this.verb = verb;
            this.silence = silence;
        }

        String finish(String input) throws IOException, InterruptedException {
            var reader = new Thread(this::read, "git-output");
            reader.setDaemon(true);
            reader.start();
            try {
                try (var in = process.getOutputStream()) {
                    in.write(input.getBytes(UTF_8));
                } catch (IOException e) {
                    // It ended without reading everything; its output says why.
                }
                while (!process.waitFor(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
                    if (System.nanoTime() - heardAt > silence.toNanos()) {
                        throw new IOException("git " + verb + " got nothing for " + silence.toSeconds()
                                + " s from the other side, and was stopped");
                    }
                }
                reader.join();
                Departure.pass();
                var text = said.toString().strip();
                if (process.exitValue() != 0) {
                    throw new Failed("git " + verb + ": "
                            + (text.isEmpty() ? "exit code " + process.exitValue() : lastLine(text)));
                }
                return text;
            } finally {
                if (process.isAlive()) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    // Nobody may find it still at work in a repository that is free for others again.
                    process.destroyForcibly().onExit().join();
                }
            }
        }

        private void read() {
            try (var in = new InputStreamReader(process.getInputStream(), UTF_8)) {
                var buffer = new char[8 * 1024];
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    heardAt = System.nanoTime();
                    said.append(buffer, 0, n);
                }
            } catch (IOException e) {
                said.append(e.getMessage());
            }
        }

        private static String lastLine(String said) {
            return said.lines()
                    .filter(line -> line.startsWith("fatal:") || line.startsWith("error:"))
                    .findFirst()
                    .orElseGet(() -> said.lines().reduce("", (first, second) -> second));
        }
    }
}
