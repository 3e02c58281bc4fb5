package dev.coil.viewer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.viewer.logs.ErrorSearch;
import java.io.IOException;

/** The lines of a log that say what went wrong: the API's {@code LogErrors}. */
public final class ErrorsJson {

    private ErrorsJson() {}

    public static void write(JsonGenerator json, ErrorSearch.Found found) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("lines");
        for (var line : found.lines()) {
            json.writeStartObject();
            json.writeNumberField("line", line.line());
            json.writeStringField("stream", StreamName.of(line.stream()));
            json.writeStringField("text", line.text());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("more", found.more());
        json.writeEndObject();
    }
}
