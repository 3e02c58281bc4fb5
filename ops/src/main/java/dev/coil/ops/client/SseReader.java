package dev.coil.ops.client;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads a stream of server-sent events (WHATWG HTML, section 9.2) one by one. Ids and retry times are not kept. */
final class SseReader {

    /** @param name {@code message} where the stream gives none */
    record Sse(String name, String data) {}

    private final BufferedReader lines;

    SseReader(InputStream in) {
        lines = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8), 1 << 16);
    }

    /** The next event; {@code null} at the stream's end. An event that the end cut off does not count. */
    @Nullable
    Sse next() throws IOException {
        var name = "message";
        StringBuilder data = null;
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.isEmpty()) {
                if (data != null) {
                    return new Sse(name, data.toString());
                }
                name = "message";
                continue;
            }
            int colon = line.indexOf(':');
            var field = colon < 0 ? line : line.substring(0, colon);
            var value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            if (field.equals("event")) {
                name = value;
            } else if (field.equals("data")) {
                data = data == null ? new StringBuilder() : data.append('\n');
                data.append(value);
            }
        }
        return null;
    }
}
