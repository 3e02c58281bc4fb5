package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node on a disk of its own, which becomes full. Needs the right to mount one. */
class FullDiskTest {

    @TempDir
    Path directory;

    private Path disk;
    private Program coil;

    @BeforeEach
    void mount() throws Exception {
        disk = Files.createDirectories(directory.resolve("disk"));
        coil = new Program(directory, disk.resolve("home"));
        assumeThat(exitCode("mount", "-t", "tmpfs", "-o", "size=200m", "none", disk.toString()))
                .isZero();
    }

    @AfterEach
    void unmount() throws Exception {
        coil.close();
        exitCode("umount", disk.toString());
    }

    private static int exitCode(String... command) throws Exception {
        try {
            return new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException noSuchProgram) {
            return -1;
        }
    }

    private Path fill() throws IOException {
        var filler = disk.resolve("filler");
        try (OutputStream out = Files.newOutputStream(filler)) {
            var block = new byte[1 << 16];
            while (true) {
                out.write(block);
            }
        } catch (IOException full) {
            return filler;
        }
    }

    @Test
    void shouldStopWithAMessageAndLoseNothingWhenTheDiskIsFull() throws Exception {
        var project = Files.createDirectories(directory.resolve("project"));
        var ran = Files.createFile(directory.resolve("ran"));
        Files.writeString(project.resolve(".coil.yml"), """
                name: full
                tasks:
                  t:
                    matrix: {n: [1, 2, 3, 4, 5, 6, 7, 8]}
                    checkout: false
                    run: |
                      echo begin ${{ matrix.n }} >> %1$s
                      sleep 1; seq 1 2000
                  last: {needs: [t], checkout: false, run: echo last >> %1$s}
                """.formatted(ran));
        var node = coil.up("--slots", "2");
        coil.run("submit", project.toString());
        await().atMost(60, TimeUnit.SECONDS).until(() -> Files.readAllLines(ran).size() >= 3);

        var filler = fill();

        assertThat(node.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(node.exitValue()).isEqualTo(3);
        assertThat(coil.output(node)).contains("the disk of " + coil.home() + " is full");
        var again = coil.run("up", "--port", "0");
        assertThat(again.exitCode()).isEqualTo(3);
        assertThat(again.stderr()).contains("MiB are free where " + coil.home() + " is");

        Files.delete(filler);
        coil.up("--slots", "2");

        assertThat(coil.run("watch", "full#1").exitCode()).isZero();
        var lines = Files.readAllLines(ran);
        assertThat(new HashSet<>(lines)).hasSize(9);
        assertThat(lines).filteredOn("last"::equals).hasSize(1);
    }
}
