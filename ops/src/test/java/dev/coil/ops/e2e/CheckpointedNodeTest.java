package dev.coil.ops.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.files.FileTree;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node whose first commands are gone, in processes of its own. */
class CheckpointedNodeTest {

    private static final int MOST_RUNS = 60;

    @TempDir
    Path directory;

    private Program coil;
    private Path project;

    @BeforeEach
    void writeProject() throws Exception {
        coil = new Program(directory);
        project = Files.createDirectories(directory.resolve("project"));
        Files.writeString(project.resolve(".coil.yml"), """
                name: many
                tasks:
                  t:
                    matrix: {a: [1, 2, 3, 4, 5, 6, 7, 8], b: [1, 2, 3, 4, 5, 6, 7, 8]}
                    checkout: false
                    run: "true"
                """);
    }

    @AfterEach
    void stop() throws Exception {
        coil.close();
    }

    private Process up(String... more) throws Exception {
        var arguments = new ArrayList<>(List.of("--checkpoint-after", "150", "--keep-runs", "2"));
        arguments.addAll(List.of(more));
        return coil.up(arguments.toArray(new String[0]));
    }

    private void runAgain() throws Exception {
        var run = coil.run("submit", project.toString(), "--watch");
        assertThat(run.exitCode()).as(run.stderr()).isZero();
    }

    private String log() throws Exception {
        return Files.readString(coil.home().resolve("node.log"));
    }

    private List<String> runs() throws Exception {
        var names = new ArrayList<String>();
        coil.run("list", "--json").json().findValues("number").forEach(number -> names.add(number.asText()));
        assertThat(names).isNotEmpty();
        return names;
    }

    @Test
    void shouldGoOnWithoutItsStateAndTellDamagedEventsAnew() throws Exception {
        var node = up();
        for (int n = 0; !log().contains("removed the commands before"); n++) {
            assertThat(n).as("runs, and no command was removed").isLessThan(MOST_RUNS);
            runAgain();
        }
        var before = runs();
        node.destroyForcibly().waitFor();
        FileTree.delete(coil.home().resolve("scheduler"));

        node = up();

        assertThat(log()).contains("loading the checkpoint at offset");
        assertThat(runs()).containsAll(before.subList(0, 2));
        runAgain();
        before = runs();
        coil.down(node);
        var events = coil.home().resolve("kafka/coil.events-0/00000000000000000000.log");
        var bytes = Files.readAllBytes(events);
        for (int i = bytes.length / 2; i < bytes.length / 2 + 16; i++) {
            bytes[i] ^= (byte) 0xff;
        }
        Files.write(events, bytes);
        assertThat(coil.run("up", "--port", "0").stderr()).contains("coil.events is damaged", "'coil up --repair'");

        up("--repair");

        assertThat(runs()).containsAll(before.subList(0, 2));
        runAgain();
    }
}
