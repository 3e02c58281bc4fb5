package dev.coil.ops.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;

/** The worker that is a shell script, in a process of its own, run by one of the shells that it must run in. */
public final class ShellWorker implements WorkerUnderTest {

    /** As the names of labels; a blank parts a program and its argument. */
    static final List<String> SHELLS = List.of("dash", "bash", "mksh", "posh", "yash", "ksh93", "busybox sh");

    private final Process process;
    private final Path output;

    private ShellWorker(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** The label under which a shell's worker gets its tasks. */
    static String label(String shell) {
        return shell.replace(' ', '-');
    }

    public static ShellWorker start(String shell, URI node, Path directory, String... options) {
        return start(shell, node, directory, Map.of(), options);
    }

    /** @param environment beside the little that it has anyway */
    public static ShellWorker start(
            String shell, URI node, Path directory, Map<String, String> environment, String... options) {
        try {
            Files.createDirectories(directory);
            var command = new ArrayList<>(List.of(shell.split(" ")));
            command.addAll(List.of(
                    script(directory).toString(),
                    "--url",
                    node.toString(),
                    "--name",
                    directory.getFileName().toString(),
                    "--directory",
                    directory.resolve("worker").toString()));
            command.addAll(List.of(options));
            var output = directory.resolve("output");
            var builder = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile()));
            builder.environment().keySet().retainAll(List.of("PATH", "HOME", "TMPDIR"));
            builder.environment().put("LANG", "C.UTF-8");
            builder.environment().put("SECRET", "not for tasks");
            builder.environment().putAll(environment);
            return new ShellWorker(builder.start(), output);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a worker in " + shell + ": is it installed?", e);
        }
    }

    /** The script as nodes serve it, in a file. */
    static Path script(Path directory) throws IOException {
        var script = directory.resolve("worker.sh");
        if (!Files.exists(script)) {
            try (var in = Objects.requireNonNull(dev.coil.worker.Worker.class.getResourceAsStream("sh/worker.sh"))) {
                Files.copy(in, script);
            }
        }
        return script;
    }

    private void signal(String name) throws Exception {
        new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid())
                .start()
                .waitFor();
    }

    @Override
    public void drain() throws Exception {
        signal("USR1");
    }

    @Override
    public void terminate() throws Exception {
        signal("TERM");
    }

    @Override
    public void killHard() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public int awaitEnd() throws Exception {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the worker does not end; it says:\n" + said());
        }
        return process.exitValue();
    }

    @Override
    public String said() throws IOException {
        return Files.readString(output);
    }

    @Override
    public void close() throws Exception {
        if (process.isAlive()) {
            terminate();
            awaitEnd();
        }
    }
}
