package dev.coil.ops.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.coil.protocol.codec.Codec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands that are interrupted at any moment of their lives: none leaves a process, a temporary file or half a result behind. The seed is
 * printed; {@code -Dcoil.seed=N} repeats the moments, {@code -Dcoil.signals=N} tries more.
 */
class SignalsTest {

    private static final Map<String, Integer> CODES = Map.of("INT", 130, "TERM", 143, "HUP", 129);
    private static final int LONGEST_MILLIS = 6_000;

    @TempDir
    Path directory;

    private final long seed = Long.getLong("coil.seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final int signals = Integer.getInteger("coil.signals", 5);
    private Program coil;
    private Path project;

    @BeforeEach
    void makeAProject() throws Exception {
        System.out.println("SignalsTest: -Dcoil.seed=" + seed);
        coil = new Program(directory);
        project = Files.createDirectories(directory.resolve("project"));
        Files.writeString(project.resolve(".coil.yml"), """
                name: signals
                tasks:
                  t:
                    matrix: {n: [1, 2, 3]}
                    checkout: false
                    run: |
                      (setsid sleep 600 &)
                      sleep 2
                  last: {needs: [t], checkout: false, run: sleep 600}
                """);
    }

    @AfterEach
    void stop() throws Exception {
        coil.close();
    }

    private void signal(Process process, String name) throws Exception {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** At a random moment, and now and then once more. @return the exit code that is due */
    private int interruptSomeTime(Process process) throws Exception {
        var name = List.of("INT", "TERM", "HUP").get(random.nextInt(3));
        pause(random.nextInt(LONGEST_MILLIS));
        boolean late = !process.isAlive();
        signal(process, name);
        if (random.nextInt(3) == 0) {
            pause(random.nextInt(500));
            signal(process, name);
        }
        assertThat(process.waitFor(120, TimeUnit.SECONDS))
                .as(trace("ends", process))
                .isTrue();
        return late ? process.exitValue() : CODES.get(name);
    }

    private static void pause(int millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private String trace(String what, Process process) throws IOException {
        return what + ", seed " + seed + ": " + coil.output(process);
    }

    /** All that was started with the program's temporary directory in its environment. */
    private List<String> processes() throws IOException {
        var found = new ArrayList<String>();
        var marker = "TMPDIR=" + coil.temporary() + "\0";
        try (var all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (var process : all) {
                try {
                    if (new String(Files.readAllBytes(process.resolve("environ")), ISO_8859_1).contains(marker)) {
                        found.add(new String(Files.readAllBytes(process.resolve("cmdline")), ISO_8859_1)
                                .replace('\0', ' '));
                    }
                } catch (IOException gone) {
                    // It has ended meanwhile.
                }
            }
        }
        return found;
    }

    private static List<Path> files(Path place) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of();
        }
        try (var files = Files.list(place)) {
            return files.toList();
        }
    }

    private void expectNothingLeft(Process process) throws Exception {
        await().atMost(30, TimeUnit.SECONDS)
                .untilAsserted(() ->
                        assertThat(processes()).as(trace("processes", process)).isEmpty());
        assertThat(files(coil.temporary()))
                .as(trace("temporary files", process))
                .isEmpty();
        assertThat(files(coil.home().resolve("private")))
                .as(trace("private nodes", process))
                .isEmpty();
        assertThat(coil.output(process)).doesNotContain("Exception", "\tat ");
    }

    @Test
    void shouldLeaveNothingOfARun() throws Exception {
        for (int i = 0; i < signals; i++) {
            var run = coil.start("run", project.toString());

            int due = interruptSomeTime(run);

            assertThat(run.exitValue()).as(trace("exit code", run)).isEqualTo(due);
            expectNothingLeft(run);
        }
    }

    @Test
    void shouldLeaveNothingOfANode() throws Exception {
        for (int i = 0; i < signals; i++) {
            var node = coil.start("up", "--port", "0");

            int due = interruptSomeTime(node);

            assertThat(node.exitValue()).as(trace("exit code", node)).isEqualTo(due);
            expectNothingLeft(node);
        }
    }

    @Test
    void shouldCancelTheRunItHasSubmittedAndPrintWholeLines() throws Exception {
        var node = coil.up();
        for (int i = 0; i < signals; i++) {
            var run = coil.start("run", "--json-lines", project.toString());

            int due = interruptSomeTime(run);

            assertThat(run.exitValue()).as(trace("exit code", run)).isEqualTo(due);
            for (var line :
                    coil.output(run).lines().filter(l -> l.startsWith("{")).toList()) {
                assertThat(Codec.MAPPER.readTree(line).has("event")).isTrue();
            }
        }
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> coil.run("list", "--json").json().at("/runs").findValuesAsText("state").stream()
                        .allMatch("finished"::equals));
        coil.down(node);
        expectNothingLeft(node);
    }

    /** Also those for which the end of others makes room. */
    @Test
    void shouldKillWhatItsTasksRunAtTheSecondSignal() throws Exception {
        Files.writeString(project.resolve(".coil.yml"), """
                tasks:
                  t:
                    matrix: {n: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]}
                    checkout: false
                    run: |
                      (setsid sleep 600 &)
                      sleep 600
                """);
        var run = coil.start("run", project.toString());
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> processes().stream().anyMatch(command -> command.startsWith("sleep 600")));

        signal(run, "INT");
        signal(run, "TERM");

        assertThat(run.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(run.exitValue()).isIn(130, 143);
        expectNothingLeft(run);
    }

    /** That it kills them is no result of theirs. */
    @Test
    void shouldRunAgainWhatTheSecondSignalToItsNodeKilled() throws Exception {
        var begun = directory.resolve("begun");
        Files.writeString(
                project.resolve(".coil.yml"),
                "tasks: {t: {run: 'test -e " + begun + " || { touch " + begun + "; sleep 600; }', checkout: false}}");
        var node = coil.up();
        assertThat(coil.run("submit", project.toString()).exitCode()).isZero();
        await().atMost(60, TimeUnit.SECONDS).until(() -> Files.exists(begun));

        signal(node, "INT");
        signal(node, "TERM");

        assertThat(node.waitFor(60, TimeUnit.SECONDS)).isTrue();
        expectNothingLeft(node);
        coil.up();
        assertThat(coil.run("watch").exitCode()).isZero();
    }

    @Test
    void shouldKillAndRemoveWhatAKilledRunHasLeft() throws Exception {
        var killed = coil.start("run", project.toString());
        await().atMost(60, TimeUnit.SECONDS)
                .until(() -> processes().stream().anyMatch(command -> command.startsWith("sleep 600")));
        killed.destroyForcibly().waitFor();

        Files.writeString(project.resolve(".coil.yml"), "tasks: {t: {run: 'true', checkout: false}}");
        assertThat(coil.run("run", project.toString()).exitCode()).isZero();

        expectNothingLeft(killed);
    }
}
