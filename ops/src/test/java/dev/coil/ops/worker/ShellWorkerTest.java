package dev.coil.ops.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of the shell worker alone: how little it needs of a machine. A JVM's worker needs a JVM, git and a shell. */
@Timeout(600)
class ShellWorkerTest {

    /** What of busybox is there; nothing that only Linux or GNU has. */
    private static final String APPLETS = """
            awk basename cat chmod cp cut date dd df dirname du env find grep gzip head id ln ls mkdir mkfifo mv od printf ps
            pwd rm rmdir sed sh sha256sum sleep sort tail tar touch tr true false uname wc test [ kill readlink""";

    @TempDir
    Path directory;

    /** A system of busybox alone, without git, perl, and what only Linux or GNU has. */
    @Test
    void shouldNeedNothingButPosixAndCurl() throws Exception {
        try (var fixture = new ConformanceFixture(directory)) {
            runWithLittle(fixture);
        }
    }

    @Test
    void shouldNotStartWhereItCannotHoldTasksToProcessors() throws Exception {
        var path = little(directory).toString();

        try (var worker = ShellWorker.start(
                "busybox sh", URI.create("http://localhost:1"), directory, Map.of("PATH", path), "--cpus", "1")) {
            assertThat(worker.awaitEnd()).isEqualTo(1);
            assertThat(worker.said()).contains("--cpus needs the program taskset");
        }
    }

    private static Path little(Path directory) throws IOException {
        var bin = Files.createDirectories(directory.resolve("bin"));
        for (var applet : APPLETS.split("\\s+")) {
            Files.createSymbolicLink(bin.resolve(applet), program("busybox"));
        }
        Files.createSymbolicLink(bin.resolve("curl"), program("curl"));
        Files.createSymbolicLink(bin.resolve("bash"), program("bash"));
        return bin;
    }

    private static void runWithLittle(ConformanceFixture fixture) throws Exception {
        var bin = little(fixture.place("little"));
        try (var worker = ShellWorker.start(
                "busybox sh",
                fixture.url(),
                fixture.place("bare"),
                Map.of("PATH", bin.toString()),
                "--label",
                "bare")) {
            AnyGraph.check(fixture, worker, fixture.finished(fixture.submit("bare", AnyGraph.TEXT)), true);
        }
    }

    private static Path program(String name) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .map(part -> Path.of(part, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError(name + " is not installed"));
    }
}
