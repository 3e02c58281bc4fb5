package dev.coil.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PrivateNodeTest {

    @TempDir
    private Path all;

    @Test
    void shouldRemoveWhatKilledProcessesLeft() throws IOException {
        directory("dead", "private.lock", "kafka");
        directory("kept", "private.lock", "kept");
        var living = directory("living", "private.lock").resolve("private.lock");

        try (var channel = FileChannel.open(living, StandardOpenOption.WRITE);
                var lock = channel.lock()) {
            assertThat(lock.isValid()).isTrue();
            PrivateNode.removeAbandoned(all, Instant.now());
        }

        assertThat(left()).containsExactly("kept", "living");
    }

    @Test
    void shouldLeaveAProcessTimeToLock() throws IOException {
        directory("without-lock");

        PrivateNode.removeAbandoned(all, Instant.now());
        assertThat(left()).containsExactly("without-lock");

        PrivateNode.removeAbandoned(all, Instant.now().plusSeconds(120));
        assertThat(left()).isEmpty();
    }

    @Test
    void shouldKeepTheLogOfANodeThatCannotGoOn() {
        Path log;
        try (var node = PrivateNode.boot(all, Set.of(), false)) {
            assertThat(node.url()).isNotNull();
            log = node.keptLog();
        }

        assertThat(all.resolve("private")).isEmptyDirectory();
        assertThat(log)
                .isEqualTo(all.resolve("logs").resolve("private-node.log"))
                .isNotEmptyFile();
    }

    private Path directory(String name, String... files) throws IOException {
        var directory = Files.createDirectory(all.resolve(name));
        for (var file : files) {
            Files.createFile(directory.resolve(file));
        }
        return directory;
    }

    private List<String> left() throws IOException {
        try (var directories = Files.list(all)) {
            return directories.map(d -> d.getFileName().toString()).sorted().toList();
        }
    }
}
