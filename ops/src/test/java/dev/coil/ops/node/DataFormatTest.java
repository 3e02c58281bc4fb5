package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFormatTest {

    @TempDir
    private Path directory;

    private NodeHome home;

    @BeforeEach
    void makeAHome() {
        home = new NodeHome(directory);
    }

    @Test
    void shouldSayInWhichFormatADirectoryIs() throws Exception {
        DataFormat.claim(home);

        assertThat(home.format()).hasContent(DataFormat.CURRENT + "\n");
        DataFormat.claim(home);
    }

    @Test
    void shouldRefuseWhatANewerProgramHasWritten() throws Exception {
        Files.writeString(home.format(), DataFormat.CURRENT + 1 + "\n");

        assertThatThrownBy(() -> DataFormat.claim(home))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContainingAll(directory.toString(), "newer Coil", "COIL_HOME");
    }

    @Test
    void shouldNotGuessWhatADamagedFileSaid() throws Exception {
        Files.writeString(home.format(), "\0\0");

        assertThatThrownBy(() -> DataFormat.claim(home))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContainingAll(home.format().toString(), "damaged");
    }
}
