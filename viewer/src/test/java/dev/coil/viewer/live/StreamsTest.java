package dev.coil.viewer.live;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.ResponseHeaders;
import com.linecorp.armeria.server.Server;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class StreamsTest {

    private static final int PIECE_BYTES = 256 * 1024;

    private final Streams streams = new Streams();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicBoolean closed = new AtomicBoolean();
    private Server server;

    /** Always has more. */
    private final Feed endless = new Feed() {
        @Override
        public Piece next() {
            asked.incrementAndGet();
            return new Piece(new byte[PIECE_BYTES], Then.GO_ON);
        }

        @Override
        public void close() {
            closed.set(true);
        }
    };

    @BeforeEach
    void start() {
        server = Server.builder()
                .http(0)
                .service("/", (context, request) -> streams.open(context, ResponseHeaders.of(HttpStatus.OK), endless))
                .build();
        server.start().join();
    }

    @AfterEach
    void stop() {
        streams.close();
        server.stop().join();
    }

    private Socket connect() throws Exception {
        var socket = new Socket("127.0.0.1", server.activeLocalPort());
        socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n".getBytes(US_ASCII));
        return socket;
    }

    @Test
    void shouldAskForNothingThatAClientDoesNotTake() throws Exception {
        try (var slow = connect()) {
            await().until(() -> asked.get() > 0);
            int before = awaitStill();

            slow.getInputStream().readNBytes(64 * PIECE_BYTES);
            await().until(() -> asked.get() > before);
        }
    }

    /** Waits until nothing was asked for during a second. */
    private int awaitStill() {
        var last = new AtomicInteger(-1);
        await().pollInterval(Duration.ofSeconds(1)).until(() -> asked.get() == last.getAndSet(asked.get()));
        return last.get();
    }

    @Test
    void shouldForgetAClientThatIsGone() throws Exception {
        connect().close();

        await().until(closed::get);
        assertThat(streams.size()).isZero();
    }

    @Test
    void shouldEndEveryResponseWhenClosed() throws Exception {
        try (var client = connect()) {
            await().until(() -> asked.get() > 0);

            streams.close();

            client.getInputStream().transferTo(OutputStream.nullOutputStream());
            await().until(closed::get);
        }
    }
}
