package dev.coil.worker.fetch;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.coil.worker.blob.NodeAddress;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class GitTest {

    @TempDir
    Path temp;

    @Test
    @Timeout(60)
    void shouldGiveUpAFetchFromWhomeverSaysNothing() throws Exception {
        try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var git = new Git(temp, Duration.ofSeconds(1));
            git.run(temp, "init", "--quiet", "--bare", ".");
            var node = new NodeAddress(URI.create("http://127.0.0.1:" + silent.getLocalPort()), null);
            var url = "http://127.0.0.1:" + silent.getLocalPort() + "/git/demo.git";

            assertThatThrownBy(() -> git.fetch(temp, node, url, "HEAD:refs/heads/x"))
                    .isInstanceOf(IOException.class)
                    .isNotInstanceOf(Git.Failed.class)
                    .hasMessage("git fetch got nothing for 1 s from the other side, and was stopped");
        }
    }
}
