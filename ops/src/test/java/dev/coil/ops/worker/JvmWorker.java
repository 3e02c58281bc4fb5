package dev.coil.ops.worker;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A worker over HTTP in a JVM of its own: {@code coil worker run --url}, or {@code coil-worker.jar}. */
final class JvmWorker implements WorkerUnderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int QUICK_SECONDS = 5;

    private final Process process;
    private final Path output;
    private final Path log;

    private JvmWorker(Process process, Path output, Path log) {
        this.process = process;
        this.output = output;
        this.log = log;
    }

    /** {@code coil worker run}. @param directory its name is the worker's */
    static JvmWorker start(URI node, Path directory, List<String> options) {
        var program = List.of("-cp", System.getProperty("java.class.path"), "dev.coil.ops.cli.Coil", "worker", "run");
        return start(program, node, directory, options);
    }

    /** {@code java -jar}. @param directory its name is the worker's */
    static JvmWorker ofJar(Path jar, URI node, Path directory, List<String> options) {
        return start(List.of("-jar", jar.toString()), node, directory, options);
    }

    private static JvmWorker start(List<String> program, URI node, Path directory, List<String> options) {
        try {
            Files.createDirectories(directory);
            var name = directory.getFileName().toString();
            // Java leaves alone a signal that was ignored when it started, as it is where tests run in the background.
            var command = new ArrayList<>(List.of(
                    "env",
                    "--default-signal=INT,HUP,TERM",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx64m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Dfile.encoding=UTF-8"));
            command.addAll(program);
            command.addAll(List.of("--url", node.toString(), "--name", name));
            command.addAll(List.of("--dir", directory.resolve("worker").toString()));
            command.addAll(options);
            if (!options.contains("--slots")) {
                command.addAll(List.of("--slots", "1"));
            }
            var output = directory.resolve("output");
            var home = directory.resolve("home");
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            builder.environment().keySet().retainAll(List.of("PATH", "HOME", "TMPDIR"));
            builder.environment().put("LANG", "C.UTF-8");
            builder.environment().put("SECRET", "not for tasks");
            builder.environment().put("COIL_HOME", home.toString());
            return new JvmWorker(builder.start(), output, home.resolve("logs/worker-" + name + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a worker in a JVM", e);
        }
    }

    private void signal() throws Exception {
        new ProcessBuilder("kill", "-s", "TERM", Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    @Override
    public void drain() throws Exception {
        signal();
    }

    /** The first signal drains. */
    @Override
    public void terminate() throws Exception {
        signal();
        await().atMost(PATIENCE).until(() -> !process.isAlive() || said().contains("ending what runs"));
        signal();
    }

    @Override
    public void killHard() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public int awaitEnd() throws Exception {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the worker does not end; it says:\n" + said());
        }
        return process.exitValue();
    }

    @Override
    public String said() throws IOException {
        return Files.readString(output) + (Files.exists(log) ? Files.readString(log) : "");
    }

    @Override
    public void close() throws Exception {
        if (!process.isAlive()) {
            return;
        }
        signal();
        if (!process.waitFor(QUICK_SECONDS, TimeUnit.SECONDS)) {
            signal();
        }
        awaitEnd();
    }
}
