package dev.coil.viewer.api;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.coil.protocol.codec.Codec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;

/** Reads server-sent events as browsers do. */
final class SseClient implements AutoCloseable {

    private final BufferedReader in;

    SseClient(InputStream in) {
        this.in = new BufferedReader(new InputStreamReader(in, UTF_8));
    }

    record Message(String event, String id, JsonNode data) {}

    /** Waits for the next event. */
    Message next() throws IOException {
        var event = "";
        var id = "";
        var data = new StringBuilder();
        for (var line = in.readLine(); line != null; line = in.readLine()) {
            if (line.startsWith("event: ")) {
                event = line.substring(7);
            } else if (line.startsWith("id: ")) {
                id = line.substring(4);
            } else if (line.startsWith("data: ")) {
                data.append(line.substring(6)).append('\n');
            } else if (line.isEmpty() && !data.isEmpty()) {
                return new Message(event, id, Codec.MAPPER.readTree(data.toString()));
            }
        }
        throw new IOException("the stream ended");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
