package dev.coil.ops.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The live stream of a run. For one reader; another thread may close it. */
public final class RunStream implements AutoCloseable {

    private final NodeHttp http;
    private final InputStream in;
    private final SseReader reader;

    RunStream(NodeHttp http, InputStream in) {
        this.http = http;
        this.in = in;
        reader = new SseReader(in);
    }

    /**
     * Waits for the next event.
     *
     * @return {@code null} when the node has closed the stream
     * @throws NodeUnreachable if the connection broke
     */
    public @Nullable RunEvent next() {
        try {
            for (var sse = reader.next(); sse != null; sse = reader.next()) {
                switch (sse.name()) {
                    case "snapshot" -> {
                        // A large run is read once, and its tree made only for those who ask.
                        return new RunEvent.Snapshot(Json.MAPPER.readValue(sse.data(), Run.class), sse.data());
                    }
                    case "change" -> {
                        var json = json(sse.data());
                        return new RunEvent.Change(
                                Json.read(json.path("run"), RunSummary.class),
                                List.of(Json.read(json.path("tasks"), Task[].class)),
                                json);
                    }
                    case "end" -> {
                        return new RunEvent.End(json(sse.data().isEmpty() ? "{}" : sse.data()));
                    }
                    default -> {
                        // A newer node may tell more than this program knows.
                    }
                }
            }
            return null;
        } catch (IOException e) {
            throw http.unreachable(e);
        }
    }

    private static JsonNode json(String data) throws JsonProcessingException {
        return Json.MAPPER.readTree(data);
    }

    @Override
    public void close() {
        try {
            in.close();
        } catch (IOException e) {
            throw http.unreachable(e);
        }
    }
}
