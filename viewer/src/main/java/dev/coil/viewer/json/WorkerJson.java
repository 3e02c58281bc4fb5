package dev.coil.viewer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.protocol.pause.Pause;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.protocol.tuple.WorkerInfo;
import dev.coil.viewer.projection.Pauses;
import dev.coil.viewer.projection.RunningTask;
import dev.coil.viewer.projection.Workers;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The workers with what they run. */
public final class WorkerJson {

    private WorkerJson() {}

    /** An array of the API's {@code Worker}. */
    public static void writeAll(JsonGenerator json, Workers workers, Pauses pauses) throws IOException {
        var running = workers.running();
        json.writeStartArray();
        for (var worker : workers.present()) {
            var drained = pauses.ofWorker(worker.name());
            write(json, worker, drained, running.getOrDefault(worker.incarnation(), List.of()));
        }
        json.writeEndArray();
    }

    private static void writeRules(JsonGenerator json, @Nullable OwnerRules rules) throws IOException {
        if (rules == null) {
            json.writeNullField("rules");
            return;
        }
        json.writeObjectFieldStart("rules");
        Json.texts(json, "projects", rules.projects());
        Json.texts(json, "refs", rules.refs());
        Json.texts(json, "events", rules.events());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, WorkerInfo worker, @Nullable Pause drained, List<RunningTask> running)
            throws IOException {
        json.writeStartObject();
        json.writeStringField("name", worker.name());
        json.writeStringField("worker", worker.worker());
        json.writeStringField("incarnation", worker.incarnation());
        json.writeObjectFieldStart("attributes");
        json.writeObjectFieldStart("facts");
        for (var fact : worker.attributes().facts().entrySet()) {
            json.writeStringField(fact.getKey(), fact.getValue());
        }
        json.writeEndObject();
        Json.texts(json, "labels", worker.attributes().labels());
        json.writeEndObject();
        writeRules(json, worker.rules());
        json.writeNumberField("slots", worker.slots());
        json.writeStringField("version", worker.version());
        Json.time(json, "startedAt", worker.startedAt());
        json.writeBooleanField("draining", !worker.takesMore() || drained != null);
        json.writeStringField("unfit", worker.unfit());
        json.writeFieldName("drained");
        PauseJson.write(json, drained);
        json.writeArrayFieldStart("running");
        for (var task : running) {
            json.writeStartObject();
            json.writeStringField("project", task.ref().project());
            json.writeNumberField("run", task.ref().run());
            json.writeNumberField("task", task.ref().task());
            json.writeStringField("name", task.name());
            json.writeNumberField("attempt", task.attempt());
            Json.time(json, "since", task.since());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }
}
