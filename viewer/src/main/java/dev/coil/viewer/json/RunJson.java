package dev.coil.viewer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.viewer.projection.Counts;
import dev.coil.viewer.projection.RunHead;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.TaskPhase;
import java.io.IOException;

/** A run without its tasks: the API's {@code RunSummary}. */
public final class RunJson {

    private RunJson() {}

    public static void write(JsonGenerator json, RunState run) throws IOException {
        json.writeStartObject();
        writeFields(json, run, run.head());
        json.writeEndObject();
    }

    /** The fields alone, for an object that has more. */
    public static void writeFields(JsonGenerator json, RunState run, RunHead head) throws IOException {
        json.writeStringField("project", run.project());
        json.writeNumberField("number", run.number());
        json.writeStringField("id", run.id());
        Json.text(json, "commit", run.source().commit());
        json.writeStringField("ref", run.source().ref());
        json.writeStringField("event", run.source().event());
        json.writeStringField("directory", run.source().directory());
        json.writeStringField("subject", run.source().subject());
        writeInputs(json, run.source());
        json.writeStringField("submitter", run.submitter());
        json.writeStringField("state", head.finished() ? "finished" : "running");
        Json.text(json, "reason", head.queued());
        var outcome = head.outcome();
        Json.text(json, "outcome", outcome == null ? null : outcome.text());
        json.writeBooleanField("cancelled", head.cancelled());
        Json.time(json, "createdAt", run.createdAt());
        Json.time(json, "finishedAt", head.finishedAt());
        writeCounts(json, head.counts());
        writeFailed(json, run, head.failed());
    }

    private static void writeFailed(JsonGenerator json, RunState run, RunHead.Failed failed) throws IOException {
        json.writeObjectFieldStart("failed");
        json.writeNumberField("count", failed.count());
        json.writeNumberField("timeouts", failed.timeouts());
        json.writeNumberField("errors", failed.errors());
        json.writeArrayFieldStart("first");
        for (int task : failed.first()) {
            json.writeStartObject();
            json.writeNumberField("index", task);
            json.writeStringField("name", run.facts(task).name());
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private static void writeInputs(JsonGenerator json, Source source) throws IOException {
        if (source.inputs().isEmpty()) {
            return;
        }
        json.writeArrayFieldStart("inputs");
        for (var input : source.inputs()) {
            json.writeStartObject();
            json.writeStringField("repository", input.repository());
            json.writeStringField("ref", input.ref());
            json.writeStringField("commit", input.commit());
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeCounts(JsonGenerator json, Counts counts) throws IOException {
        json.writeObjectFieldStart("counts");
        for (var phase : TaskPhase.values()) {
            json.writeNumberField(phase.text(), counts.of(phase));
        }
        for (var outcome : Outcome.values()) {
            json.writeNumberField(outcome.text(), counts.of(outcome));
        }
        json.writeNumberField("total", counts.total());
        json.writeEndObject();
    }
}
