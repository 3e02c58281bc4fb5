package dev.coil.viewer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.protocol.pause.Pause;
import dev.coil.viewer.projection.Pauses;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** What operators have paused: the API's {@code Pause}. */
public final class PauseJson {

    private PauseJson() {}

    public static void writeAll(JsonGenerator json, Pauses pauses) throws IOException {
        json.writeStartArray();
        for (var pause : pauses.all()) {
            write(json, pause);
        }
        json.writeEndArray();
    }

    /** {@code null} where there is none. */
    static void write(JsonGenerator json, @Nullable Pause pause) throws IOException {
        if (pause == null) {
            json.writeNull();
            return;
        }
        json.writeStartObject();
        json.writeStringField("kind", pause.scope().kind().word());
        json.writeStringField("name", pause.scope().name());
        json.writeStringField("reason", pause.reason());
        json.writeStringField("by", pause.by());
        Json.time(json, "since", pause.since());
        Json.time(json, "until", pause.until());
        json.writeBooleanField("quarantine", pause.quarantine());
        json.writeEndObject();
    }
}
