package dev.coil.viewer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.why.Answer;
import dev.coil.viewer.why.Reason;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Why a task waits: the API's {@code Why}. */
public final class WhyJson {

    private WhyJson() {}

    /** @param projection in which the tasks that are named are looked up */
    public static void write(JsonGenerator json, Projection projection, RunState run, int task, Answer answer)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("task", run.facts(task).name());
        json.writeStringField("state", run.task(task).phase().text());
        var outcome = run.task(task).outcome();
        Json.text(json, "outcome", outcome == null ? null : outcome.text());
        Json.text(json, "reason", run.task(task).reason());
        json.writeArrayFieldStart("reasons");
        for (var reason : answer.reasons()) {
            write(json, projection, reason);
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

    private static void write(JsonGenerator json, Projection projection, Reason reason) throws IOException {
        json.writeStartObject();
        json.writeStringField("kind", reason.kind().word());
        json.writeStringField("text", reason.text());
        json.writeArrayFieldStart("tasks");
        for (var ref : reason.tasks()) {
            write(json, projection, ref);
        }
        json.writeEndArray();
        Json.texts(json, "workers", reason.workers());
        json.writeFieldName("pause");
        PauseJson.write(json, reason.pause());
        write(json, reason.turn());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Projection projection, TaskRef ref) throws IOException {
        var run = projection.run(ref.project(), ref.run());
        if (run == null) {
            return;
        }
        json.writeStartObject();
        json.writeStringField("project", ref.project());
        json.writeNumberField("run", ref.run());
        json.writeNumberField("index", ref.task());
        json.writeStringField("name", run.facts(ref.task()).name());
        json.writeStringField("state", run.task(ref.task()).phase().text());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, Reason.@Nullable Turn turn) throws IOException {
        if (turn == null) {
            json.writeNullField("turn");
            return;
        }
        json.writeObjectFieldStart("turn");
        json.writeStringField("worker", turn.worker());
        json.writeStringField("project", turn.project());
        json.writeNumberField("had", turn.had());
        json.writeStringField("next", turn.next());
        json.writeNumberField("nextHad", turn.nextHad());
        json.writeEndObject();
    }
}
