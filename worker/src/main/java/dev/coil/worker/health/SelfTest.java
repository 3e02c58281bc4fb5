package dev.coil.worker.health;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Does what every task needs, on a small scale: writes to the worker's directory and reads it back, and runs programs. */
final class SelfTest {

    private static final int BYTES = 256 * 1024;
    private static final int LONGEST = 100;
    private static final long PATIENCE_SECONDS = 30;

    private final Path directory;
    private final List<List<String>> programs;

    /** @param programs that must end with 0 */
    SelfTest(Path directory, List<List<String>> programs) {
        this.directory = directory;
        this.programs = programs;
    }

    /** What does not work, as a part of a sentence that begins with the worker; {@code null} if all does. */
    @Nullable
    String trouble() throws InterruptedException {
        var trouble = writing();
        for (var program : programs) {
            trouble = trouble == null ? running(program) : trouble;
        }
        return trouble;
    }

    private @Nullable String writing() {
        var probe = directory.resolve("self-test-" + UUID.randomUUID());
        var bytes = new byte[BYTES];
        new Random().nextBytes(bytes);
        try {
            Files.write(probe, bytes);
            return Arrays.equals(Files.readAllBytes(probe), bytes)
                    ? null
                    : "reads from " + directory + " something else than it wrote there";
        } catch (IOException e) {
            return "cannot write to " + directory + ": " + shortened(e.toString());
        } finally {
            probe.toFile().delete();
        }
    }

    private @Nullable String running(List<String> program) throws InterruptedException {
        var name = program.get(0);
        try {
            var process = new ProcessBuilder(program)
                    .directory(directory.toFile())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try {
                process.getOutputStream().close();
                return process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)
                        ? process.exitValue() == 0 ? null : "has a " + name + " that ends with " + process.exitValue()
                        : "waits in vain for " + name + " to end";
            } finally {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            return shortened(
                    String.valueOf(e.getMessage()).replaceFirst(".*error=[0-9]+, ", "cannot run " + name + ": "));
        }
    }

    private static String shortened(String text) {
        return text.length() > LONGEST ? text.substring(0, LONGEST) + "…" : text;
    }
}
