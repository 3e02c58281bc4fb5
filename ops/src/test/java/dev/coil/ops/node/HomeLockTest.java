package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {

    @TempDir
    private Path directory;

    @Test
    void shouldNameTheProcessThatHasTheHome() throws Exception {
        var home = new NodeHome(directory);

        var first = HomeLock.acquire(home);

        assertThatThrownBy(() -> HomeLock.acquire(home))
                .isInstanceOf(NodeStartException.class)
                .hasMessageContainingAll("process " + ProcessHandle.current().pid(), directory.toString(), "COIL_HOME");
        first.close();
    }

    @Test
    void shouldBeFreeAgainAfterTheNodeHasStopped() throws Exception {
        var home = new NodeHome(directory);
        HomeLock.acquire(home).close();

        assertThatCode(() -> HomeLock.acquire(home).close()).doesNotThrowAnyException();
    }
}
