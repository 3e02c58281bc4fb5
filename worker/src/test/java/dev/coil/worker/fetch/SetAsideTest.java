package dev.coil.worker.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SetAsideTest {

    @TempDir
    private Path directory;

    @Test
    void shouldKeepTheLastDamagedMirrorAlone() throws IOException {
        var aside = new SetAside(directory);
        aside.take(mirror("first"));
        for (var first : broken()) {
            Files.setLastModifiedTime(first, FileTime.from(Instant.now().minus(Duration.ofMinutes(1))));
        }
        aside.take(mirror("second"));
        mirror("good");

        aside.clean(Instant.now());

        assertThat(broken()).singleElement().satisfies(kept -> assertThat(kept.resolve("second"))
                .exists());
        assertThat(directory.resolve("good.git")).exists();
    }

    @Test
    void shouldForgetItAfterAWeek() throws IOException {
        var aside = new SetAside(directory);
        aside.take(mirror("first"));

        aside.clean(Instant.now().plus(Duration.ofDays(6)));
        assertThat(broken()).hasSize(1);

        aside.clean(Instant.now().plus(Duration.ofDays(8)));
        assertThat(broken()).isEmpty();
    }

    private Path mirror(String name) throws IOException {
        var mirror = Files.createDirectories(directory.resolve(name + ".git"));
        Files.createFile(mirror.resolve(name));
        return mirror;
    }

    private List<Path> broken() throws IOException {
        try (var files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".broken")).toList();
        }
    }
}
