package dev.coil.viewer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.why.Answer;
import java.io.IOException;

/** Why a task waits: the API's {@code Why}. */
public final class WhyJson {

    private WhyJson() {}

    public static void write(JsonGenerator json, RunState run, int task, Answer answer) throws IOException {
        json.writeStartObject();
        json.writeStringField("task", run.facts(task).name());
        json.writeStringField("state", run.task(task).phase().text());
        json.writeArrayFieldStart("reasons");
        for (var reason : answer.reasons()) {
            json.writeStartObject();
            json.writeStringField("kind", reason.kind().word());
            json.writeStringField("text", reason.text());
            json.writeFieldName("pause");
            PauseJson.write(json, reason.pause());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("ahead", answer.ahead());
        if (answer.startsInMillis() < 0) {
            json.writeNullField("startsInMillis");
        } else {
            json.writeNumberField("startsInMillis", answer.startsInMillis());
        }
        json.writeEndObject();
    }
}
