package dev.coil.ops.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreePortTest {

    @Test
    void shouldFindPortsThatTheMachineHandsToNobody() {
        assertThat(IntStream.range(0, 200).map(i -> FreePort.find()).boxed().toList())
                .allSatisfy(port -> assertThat(port).isBetween(12_000, 32_767))
                .doesNotHaveDuplicates();
    }

    @Test
    void shouldKeepToARememberedPortUntilItIsTaken(@TempDir Path directory) throws Exception {
        var file = directory.resolve("ports/kafka");
        int port = FreePort.remembered(file);
        assertThat(FreePort.remembered(file)).isEqualTo(port);

        try (var taken = new ServerSocket(port, 1, InetAddress.getByName("127.0.0.1"))) {
            int other = FreePort.remembered(file);
            assertThat(other).isNotEqualTo(taken.getLocalPort());
            assertThat(Files.readString(file)).isEqualTo(Integer.toString(other));
        }
    }
}
