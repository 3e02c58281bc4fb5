package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own: its output streams, and signals. */
class ProgramTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    @TempDir
    private Path temporary;

    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void killWhatIsLeft() {
        started.stream().flatMap(Process::descendants).forEach(ProcessHandle::destroyForcibly);
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void shouldEndWithTheExitCodeOfTheVerb() throws Exception {
        var process = coil("frobnicate");

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCodes.USAGE);
        assertThat(temporary.resolve("out")).isEmptyFile();
        assertThat(temporary.resolve("err")).content().startsWith("coil: there is no verb");
    }

    @Test
    void shouldCancelTheRunWhenItIsTerminated() throws Exception {
        Files.writeString(
                temporary.resolve(".coil.yml"),
                "tasks: {t: {run: 'touch \"$MARK\"; sleep 600', checkout: false, env: {MARK: '"
                        + temporary.resolve("started") + "'}}}");
        var process = coil("run");
        await().atMost(PATIENCE).until(() -> Files.exists(temporary.resolve("started")) || !process.isAlive());

        process.destroy();

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(ExitCodes.TERMINATED);
        assertThat(temporary.resolve("err")).content().contains("cancelling ");
        assertThat(temporary.resolve("out")).content().contains("was cancelled: 1 task");
        assertThat(temporary.resolve("home/private")).isEmptyDirectory();
    }

    private Process coil(String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Coil.class.getName()));
        command.addAll(Arrays.asList(arguments));
        var builder = new ProcessBuilder(command)
                .directory(temporary.toFile())
                .redirectOutput(temporary.resolve("out").toFile())
                .redirectError(temporary.resolve("err").toFile());
        builder.environment().put("COIL_HOME", temporary.resolve("home").toString());
        builder.environment().remove("COIL_URL");
        var process = builder.start();
        started.add(process);
        return process;
    }
}
