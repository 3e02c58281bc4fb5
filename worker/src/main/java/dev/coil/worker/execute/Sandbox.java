package dev.coil.worker.execute;

import dev.coil.worker.execute.Execute.Script;
import dev.coil.worker.host.TaskUser;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Shuts tasks in, by bubblewrap (on Linux): of the machine's files they can read what everybody can and write none. Their workspace is
 * theirs; temporary directories and the home directory are there, empty, and gone afterwards. What the worker has of its own (its key,
 * the other slots) is not there, nor what listens below {@code /run}, nor other processes. The network is.
 */
public final class Sandbox {

    private static final long PATIENCE_SECONDS = 30;

    private final Path program;
    private final Path directory;
    private final List<Path> emptied;
    private final @Nullable Path home;

    private Sandbox(Path program, Path directory, List<Path> emptied, @Nullable Path home) {
        this.program = program;
        this.directory = directory;
        this.emptied = emptied;
        this.home = home;
    }

    /**
     * Finds the program, and tries it.
     *
     * @param directory the worker's own
     * @param user as whom tasks run; {@code null} for the worker's own
     * @param variables of the worker's environment that are meant for tasks
     * @throws IOException with what is missing
     */
    public static Sandbox detect(Path directory, @Nullable TaskUser user, Map<String, String> variables)
            throws IOException, InterruptedException {
        var program = find(System.getenv("PATH"));
        if (program == null) {
            throw new IOException(
                    "a sandbox needs bubblewrap, and there is no bwrap on PATH: install it (Debian: apt-get"
                            + " install bubblewrap), or leave out --sandbox");
        }
        var own = directory.toRealPath();
        var home = Path.of(variables.getOrDefault("HOME", "/"));
        var made = home.startsWith(own) ? home : null;
        var sandbox = new Sandbox(program, own, emptied(variables), made);
        var trial = new ArrayList<>(sandbox.walls());
        trial.addAll(List.of("--", "sh", "-c", "exit 0"));
        var process = (user == null ? new ProcessBuilder(trial) : user.process(trial))
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            process.destroyForcibly();
            throw new IOException(program + " cannot make a sandbox here: " + said.replaceFirst("^bwrap: ", ""));
        }
        return sandbox;
    }

    private static @Nullable Path find(@Nullable String path) {
        return path == null
                ? null
                : Arrays.stream(path.split(File.pathSeparator))
                        .map(place -> Path.of(place, "bwrap"))
                        .filter(Files::isExecutable)
                        .findFirst()
                        .orElse(null);
    }

    /** Directories that are there and hold what is nobody's business. */
    private static List<Path> emptied(Map<String, String> variables) throws IOException {
        var emptied = new ArrayList<Path>();
        for (var name : new String[] {"/tmp", "/var/tmp", "/run", variables.get("TMPDIR"), variables.get("HOME")}) {
            if (name != null && name.startsWith("/") && Files.isDirectory(Path.of(name))) {
                var real = Path.of(name).toRealPath();
                if (real.getNameCount() > 0 && !emptied.contains(real)) {
                    emptied.add(real);
                }
            }
        }
        return emptied;
    }

    private List<String> walls() {
        var words = new ArrayList<>(List.of(
                program.toString(),
                "--die-with-parent",
                "--unshare-pid",
                "--unshare-ipc",
                "--unshare-uts",
                "--cap-drop",
                "ALL",
                "--ro-bind",
                "/",
                "/",
                "--dev",
                "/dev",
                "--proc",
                "/proc"));
        emptied.forEach(path -> words.addAll(List.of("--tmpfs", path.toString())));
        // Where names of hosts are looked up.
        words.addAll(List.of("--ro-bind-try", "/run/systemd/resolve", "/run/systemd/resolve"));
        words.addAll(List.of("--tmpfs", directory.toString()));
        if (home != null) {
            words.addAll(List.of("--dir", home.toString()));
        }
        return words;
    }

    /** The command line that runs another one for a script, shut in. */
    List<String> command(List<String> command, Script script) {
        var words = new ArrayList<>(walls());
        var mirrors = directory.resolve("mirrors").toString();
        words.addAll(List.of("--ro-bind-try", mirrors, mirrors));
        var file = script.scriptFile().toString();
        words.addAll(List.of("--ro-bind", file, file));
        var workspace = script.workspace().toString();
        words.addAll(List.of("--bind", workspace, workspace));
        words.addAll(List.of("--chdir", script.directory().toString(), "--"));
        words.addAll(command);
        return words;
    }
}
