package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.coil.worker.program.Interrupts;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Runs the command in this process, for somebody who is in a directory and has no terminal. */
public final class Console {

    private final Path directory;
    private final Map<String, String> environment = new HashMap<>();
    private final Interrupts interrupts = Interrupts.none();
    private String input = "";

    /** What came of a command. */
    public record Result(int code, String out, String err) {}

    /** @param home {@code $COIL_HOME} */
    public Console(Path directory, Path home) {
        this.directory = directory;
        environment.put("COIL_HOME", home.toString());
    }

    public Console with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    Console typing(String text) {
        input = text;
        return this;
    }

    public Result coil(String... arguments) {
        var out = new ByteArrayOutputStream();
        var err = new ByteArrayOutputStream();
        int code = Coil.execute(world(out, err), arguments);
        return new Result(code, out.toString(UTF_8), err.toString(UTF_8));
    }

    /** One whose output goes nowhere. */
    World world() {
        return world(new ByteArrayOutputStream(), new ByteArrayOutputStream());
    }

    private World world(OutputStream out, OutputStream err) {
        return new World(
                environment,
                directory,
                new ByteArrayInputStream(input.getBytes(UTF_8)),
                new PrintStream(out, false, UTF_8),
                new PrintStream(err, true, UTF_8),
                false,
                interrupts);
    }
}
