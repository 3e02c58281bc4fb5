package dev.coil.viewer.live;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.ResponseHeaders;
import dev.coil.viewer.json.Json;
import java.io.ByteArrayOutputStream;

/** The form of server-sent events (HTML Living Standard, 9.2). JSON that is written by Jackson has no line ends, so it is one data line. */
public final class Sse {

    private static final byte[] COMMENT = ":\n\n".getBytes(UTF_8);
    private static final byte[] DATA = "data: ".getBytes(UTF_8);

    private Sse() {}

    public static ResponseHeaders headers() {
        return ResponseHeaders.builder(HttpStatus.OK)
                .contentType(MediaType.EVENT_STREAM)
                .set(HttpHeaderNames.CACHE_CONTROL, "no-store")
                .set("x-accel-buffering", "no")
                .build();
    }

    static byte[] event(String name, Json.Body data) {
        var event = begin(name);
        data(event, Json.bytes(data));
        return end(event);
    }

    static byte[] event(String name, String id, Json.Body data) {
        var event = begin(name);
        event.writeBytes(("id: " + id + "\n").getBytes(UTF_8));
        data(event, Json.bytes(data));
        return end(event);
    }

    /** A line that every client ignores, which shows both sides that the other is there. */
    static byte[] comment() {
        return COMMENT.clone();
    }

    static ByteArrayOutputStream begin(String name) {
        var event = new ByteArrayOutputStream(512);
        event.writeBytes(("event: " + name + "\n").getBytes(UTF_8));
        return event;
    }

    /** Clients put the data lines of an event together with line ends between them, which JSON allows between values. */
    static void data(ByteArrayOutputStream event, byte[] line) {
        event.writeBytes(DATA);
        event.writeBytes(line);
        event.write('\n');
    }

    static byte[] end(ByteArrayOutputStream event) {
        event.write('\n');
        return event.toByteArray();
    }
}
