package dev.coil.ops.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The small part of {@code ops/fleet-test}: a shell worker in a real userland of a big-endian machine, killed at work. The first time it makes
 * a root file system in the user's cache, which takes minutes.
 */
@Tag("alone")
class EmulatedFleetTest {

    private static final Path SCRIPT = Path.of("fleet-test");

    private static final int CANNOT = 3;

    @TempDir
    Path directory;

    private record Ended(int code, String out, String messages) {}

    private Ended run(String... command) throws Exception {
        var out = directory.resolve("out");
        var messages = directory.resolve("messages");
        var builder = new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(messages.toFile());
        builder.environment().remove("COIL_URL");
        builder.environment().put("COIL", coil().toString());
        var process = builder.start();
        process.getOutputStream().close();
        if (!process.waitFor(40, TimeUnit.MINUTES)) {
            process.destroy();
            process.waitFor();
            throw new AssertionError("it does not end: " + Files.readString(messages));
        }
        return new Ended(process.exitValue(), Files.readString(out, UTF_8), Files.readString(messages, UTF_8));
    }

    /** The program of these classes, as a command. */
    private Path coil() throws Exception {
        var program = directory.resolve("coil");
        if (!Files.exists(program)) {
            Files.writeString(program, """
                    #!/bin/sh
                    exec '%s' -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -cp '%s' dev.coil.ops.cli.Coil "$@"
                    """.formatted(
                    Path.of(System.getProperty("java.home"), "bin", "java"), System.getProperty("java.class.path")));
            assertThat(program.toFile().setExecutable(true)).isTrue();
        }
        return program;
    }

    @Test
    void shouldBuildAndConsumeOnABigEndianMachineThatIsKilled() throws Exception {
        var ended = run("sh", SCRIPT.toString(), "--arch", "s390x", "--workers", "sh");

        if (ended.code() == CANNOT) {
            var reason = "SKIPPED, no worker of another architecture was tested: "
                    + ended.messages().lines().reduce("it said nothing", (former, last) -> last);
            System.err.println(reason);
            abort(reason);
        }
        assertThat(ended.code()).as(ended.out() + ended.messages()).isZero();
        assertThat(ended.out().lines().map(line -> line.replaceAll(" {2,}", " ")))
                .anyMatch(line -> line.matches("s390x sh [0-9.]+ s [0-9.]+ s [0-9.]+ s \\d+ 1 \\d+ \\S+, back at once"))
                .anyMatch(line -> line.startsWith("host sh "))
                .last()
                .asString()
                .matches("fleet-test: 11 tasks in \\d+ s, 1 killed, lost 0, doubled 0");
    }

    @Test
    void shouldSayWhatItsOptionsAre() throws Exception {
        var usage =
                "usage: ops/fleet-test [--arch s390x,arm64,ppc64el,riscv64] [--workers sh,jvm] [--cache DIR] [--install] [--keep]\n";

        assertThat(run("sh", SCRIPT.toString(), "--arch", "s390x,vax"))
                .isEqualTo(new Ended(
                        2, "", "fleet-test: --arch is of s390x, arm64, ppc64el and riscv64, not 'vax'\n" + usage));
        assertThat(run("sh", SCRIPT.toString(), "--workers", "perl"))
                .isEqualTo(new Ended(2, "", "fleet-test: --workers is of sh and jvm, not 'perl'\n" + usage));
        assertThat(run("sh", SCRIPT.toString(), "--cache"))
                .isEqualTo(new Ended(2, "", "fleet-test: --cache needs a value\n" + usage));
    }

    @Test
    void shouldBeCleanForShellCheck() throws Exception {
        var command = new ArrayList<>(List.of("shellcheck", "-s", "sh", SCRIPT.toString()));
        try (var scripts = Files.newDirectoryStream(Path.of("fleet"), "*.sh")) {
            scripts.forEach(script -> command.add(script.toString()));
        }

        assertThat(run(command.toArray(new String[0]))).isEqualTo(new Ended(0, "", ""));
    }
}
