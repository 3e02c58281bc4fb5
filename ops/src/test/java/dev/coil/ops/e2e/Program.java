package dev.coil.ops.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.codec.Codec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Starts the {@code coil} program as its users do: a process of its own, with a home of its own. */
final class Program implements AutoCloseable {

    private static final int LAST_LINES = 40;

    private final Path home;
    private final Path scratch;
    private final List<Process> started = new ArrayList<>();
    private int outputs;

    private final Path temporary;
    private final Map<Process, Path> outputOf = new HashMap<>();
    private final Map<String, String> variables = new HashMap<>();

    Program(Path directory) throws IOException {
        this(directory, directory.resolve("home"));
    }

    Program(Path directory, Path home) throws IOException {
        this.home = home;
        scratch = Files.createDirectories(directory.resolve("scratch"));
        temporary = Files.createDirectories(directory.resolve("tmp"));
    }

    /** The same with a variable in its environment. */
    Program with(String name, String value) {
        variables.put(name, value);
        return this;
    }

    /** Where it and what it starts keep temporary files. It marks them: {@code TMPDIR} is passed on to tasks. */
    Path temporary() {
        return temporary;
    }

    Path home() {
        return home;
    }

    /** What a command printed and how it ended. */
    record Ended(int exitCode, String stdout, String stderr) {
        JsonNode json() {
            try {
                return Codec.MAPPER.readTree(stdout);
            } catch (IOException e) {
                throw new AssertionError("no JSON on stdout: " + stdout + "\nstderr: " + stderr, e);
            }
        }
    }

    /** Runs a command to its end, which must come within two minutes. */
    Ended run(String... arguments) throws Exception {
        var out = scratch.resolve("out" + outputs);
        var err = scratch.resolve("err" + outputs++);
        var process = builder(arguments)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        started.add(process);
        if (!process.waitFor(120, TimeUnit.SECONDS)) {
            throw new AssertionError(
                    "coil " + String.join(" ", arguments) + " does not end; stderr: " + Files.readString(err));
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    /** Starts a command that goes on. */
    Process start(String... arguments) throws IOException {
        var file = scratch.resolve("out" + outputs++).toFile();
        var process = builder(arguments)
                .redirectErrorStream(true)
                .redirectOutput(file)
                .start();
        started.add(process);
        outputOf.put(process, file.toPath());
        return process;
    }

    /** What a command that was started has printed so far. */
    String output(Process process) throws IOException {
        return Files.readString(outputOf.get(process));
    }

    /** Starts a node, and waits until it serves. */
    Process up(String... more) throws IOException {
        var arguments = new ArrayList<>(List.of("up", "--port", "0"));
        arguments.addAll(List.of(more));
        var node = start(arguments.toArray(new String[0]));
        org.awaitility.Awaitility.await()
                .atMost(120, TimeUnit.SECONDS)
                .until(() -> output(node).contains("the node is up") || !node.isAlive());
        if (!node.isAlive()) {
            throw new AssertionError("the node does not start: " + output(node));
        }
        return node;
    }

    /** Stops a node, and waits for its end. */
    void down(Process node) throws InterruptedException {
        node.destroy();
        if (!node.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("the node does not stop");
        }
    }

    private ProcessBuilder builder(String... arguments) {
        // Java leaves alone a signal that was ignored when it started, as it is where tests run in the background.
        var command = new ArrayList<>(List.of(
                "env",
                "--default-signal=INT,HUP,TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "dev.coil.ops.cli.Coil"));
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().put("COIL_HOME", home.toString());
        builder.environment().put("TMPDIR", temporary.toString());
        builder.environment().remove("COIL_URL");
        builder.environment().putAll(variables);
        return builder;
    }

    /** The last lines of all that the processes printed, and of the node's log: for a test that fails and cannot say why. */
    String lastWords() throws IOException {
        var files = new ArrayList<Path>();
        for (int i = 0; i < outputs; i++) {
            files.add(scratch.resolve("out" + i));
        }
        files.add(home.resolve("node.log"));
        var text = new StringBuilder();
        for (var file : files) {
            var lines = Files.exists(file) ? Files.readAllLines(file) : List.<String>of();
            text.append("--- ").append(file).append('\n');
            lines.stream().skip(Math.max(0, lines.size() - LAST_LINES)).forEach(line -> text.append(line)
                    .append('\n'));
        }
        return text.toString();
    }

    /** The node's announcement, once it serves. */
    JsonNode awaitNode() {
        var file = home.resolve("node.json");
        org.awaitility.Awaitility.await()
                .atMost(180, TimeUnit.SECONDS)
                .ignoreExceptions()
                .until(() -> run("workers", "--json").exitCode() == 0 && Files.exists(file));
        try {
            return Codec.MAPPER.readTree(Files.readString(file, StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() throws Exception {
        for (var process : started) {
            process.destroy();
        }
        for (var process : started) {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
    }
}
