package dev.coil.ops.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TemporaryTest {

    @TempDir
    private Path directory;

    @Test
    void shouldRemoveWhatIsInUseWhenTheProcessLeaves() throws Exception {
        var open = Temporary.directory(directory, "open-");
        Files.writeString(open.path().resolve("file"), "content");
        var kept = Temporary.directory(directory, "kept-");
        kept.keep();

        Temporary.removeAll();

        assertThat(open.path()).doesNotExist();
        assertThat(kept.path()).exists();
    }
}
