package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TargetTest {

    @TempDir
    private Path here;

    @Test
    void shouldTellPathsFromTasks() throws IOException {
        Files.createDirectory(here.resolve("src"));
        Files.createFile(here.resolve("src/.coil.yml"));
        Files.createDirectory(here.resolve("test"));
        Files.createDirectories(here.resolve("bare.git/objects"));
        Files.createFile(here.resolve("bare.git/HEAD"));

        assertThat(target()).isEqualTo(new Target(here, List.of()));
        assertThat(target("src", "test")).isEqualTo(new Target(here.resolve("src"), List.of("test")));
        assertThat(target("test")).isEqualTo(new Target(here, List.of("test")));
        assertThat(target("test/")).isEqualTo(new Target(here.resolve("test"), List.of()));
        assertThat(target("bare.git")).isEqualTo(new Target(here.resolve("bare.git"), List.of()));
        assertThat(target("test/*", "src")).isEqualTo(new Target(here, List.of("test/*", "src")));
        assertThat(target("./nowhere", "t")).isEqualTo(new Target(here.resolve("nowhere"), List.of("t")));
        assertThat(target("/nowhere")).isEqualTo(new Target(Path.of("/nowhere"), List.of()));
        assertThat(target(".")).isEqualTo(new Target(here, List.of()));
    }

    private Target target(String... arguments) {
        return Target.of(List.of(arguments), here);
    }
}
