package dev.coil.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The program as a process of its own: its output streams, and signals. */
class ProgramTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);

    /** Root may read everything, but for this. */
    private static final List<String> WITHOUT_PRIVILEGE = "root".equals(System.getProperty("user.name"))
            ? List.of("setpriv", "--bounding-set", "-dac_override,-dac_read_search")
            : List.of();

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

    @Test
    void shouldSayThatItMayNotReadTheGraph() throws Exception {
        var graph = Files.writeString(temporary.resolve(".coil.yml"), "tasks: {t: {run: x}}");
        Files.setPosixFilePermissions(graph, Set.of());
        assumeTrue(isBarred(graph), "the system lets this user read everything, and setpriv cannot change it");

        var process = start(WITHOUT_PRIVILEGE, "lint");

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(temporary.resolve("err"))
                .hasContent("coil: cannot read the graph '.coil.yml': you may not read it"
                        + " (chmod u+r .coil.yml, or run as its owner)");
        assertThat(process.exitValue()).isEqualTo(ExitCodes.USAGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"lint", "plan", "run", "submit"})
    void shouldRefuseABadGraph(String verb) throws Exception {
        Files.writeString(temporary.resolve(".coil.yml"), "tasks: {t: {rnu: x}}");

        var process = coil(verb);

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(Files.readString(temporary.resolve("out")) + Files.readString(temporary.resolve("err")))
                .isEqualTo(".coil.yml:1:13: unknown key 'rnu' in a task (did you mean 'run'?)\n");
        assertThat(process.exitValue()).isEqualTo(ExitCodes.USAGE);
    }

    @Test
    void shouldSayThatItNeedsMoreMemory() throws Exception {
        var text = new StringBuilder("tasks:\n");
        for (int i = 0; i < 150_000; i++) {
            text.append("  t").append(i).append(": {run: x}\n");
        }
        Files.writeString(temporary.resolve(".coil.yml"), text);

        var process = start(List.of(), List.of("-Xmx64m"), "lint");

        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(temporary.resolve("err")).content().startsWith("coil: the 6").endsWith("COIL_JAVA_OPTS=-Xmx4g\n");
        assertThat(process.exitValue()).isEqualTo(ExitCodes.ERROR);
    }

    /** Whether a process without the privileges of root cannot read the file. */
    private boolean isBarred(Path file) throws Exception {
        var command = new ArrayList<>(WITHOUT_PRIVILEGE);
        command.addAll(List.of("cat", file.toString()));
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        started.add(process);
        var said = new String(process.getInputStream().readAllBytes(), UTF_8);
        return process.waitFor() != 0 && said.contains("Permission denied");
    }

    private Process coil(String... arguments) throws IOException {
        return start(List.of(), arguments);
    }

    private Process start(List<String> wrapper, String... arguments) throws IOException {
        return start(wrapper, List.of("-XX:+UseSerialGC"), arguments);
    }

    private Process start(List<String> wrapper, List<String> options, String... arguments) throws IOException {
        var command = new ArrayList<>(wrapper);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(options);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Coil.class.getName()));
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
