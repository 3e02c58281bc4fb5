package dev.coil.ops.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.ops.client.SseReader.Sse;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SseReaderTest {

    @Test
    void shouldReadNamesAndData() throws IOException {
        assertThat(read("event: snapshot\ndata: {}\n\nevent:change\ndata:x\n\n"))
                .containsExactly(new Sse("snapshot", "{}"), new Sse("change", "x"));
    }

    @Test
    void shouldJoinLinesOfData() throws IOException {
        assertThat(read("data: a\ndata:  b\ndata\n\n")).containsExactly(new Sse("message", "a\n b\n"));
    }

    @Test
    void shouldSkipCommentsAndFieldsOfNoInterest() throws IOException {
        assertThat(read(": keep-alive\n\nid: 7\nretry: 100\ndata: a\n\n")).containsExactly(new Sse("message", "a"));
    }

    @Test
    void shouldForgetTheNameOfAnEventWithoutData() throws IOException {
        assertThat(read("event: lost\n\ndata: a\n\n")).containsExactly(new Sse("message", "a"));
    }

    @Test
    void shouldDropAnEventThatTheEndCutsOff() throws IOException {
        assertThat(read("data: a\r\n\r\ndata: b\n")).containsExactly(new Sse("message", "a"));
    }

    private static List<Sse> read(String stream) throws IOException {
        var reader = new SseReader(new ByteArrayInputStream(stream.getBytes(UTF_8)));
        var events = new ArrayList<Sse>();
        for (var event = reader.next(); event != null; event = reader.next()) {
            events.add(event);
        }
        return events;
    }
}
