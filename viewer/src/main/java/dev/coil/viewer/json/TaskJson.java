package dev.coil.viewer.json;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.expiry.ArtifactRetention;
import dev.coil.protocol.graph.Outcome;
import dev.coil.viewer.projection.Attempt;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.TaskFacts;
import dev.coil.viewer.projection.TaskPhase;
import dev.coil.viewer.why.Orders;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A task of a run with its attempts: the API's {@code Task}. */
public final class TaskJson {

    private TaskJson() {}

    public static void write(JsonGenerator json, RunState run, int index) throws IOException {
        var facts = run.facts(index);
        var state = run.task(index);
        json.writeStartObject();
        writeNames(json, facts, index);
        writeState(json, run, index);
        writeNeeds(json, run, facts);
        json.writeStringField("requirement", facts.requirement());
        json.writeBooleanField("allowFailure", facts.allowFailure());
        json.writeStringField("priority", facts.priority().name().toLowerCase(Locale.ROOT));
        Json.text(json, "condition", facts.condition());
        json.writeStringField("script", facts.script());
        Json.texts(json, "artifacts", facts.artifacts());
        var generator = facts.generator();
        Json.text(
                json,
                "generatedBy",
                generator == null ? null : run.facts(generator).name());
        Json.time(json, "readyAt", state.readyAt());
        json.writeArrayFieldStart("attempts");
        for (var attempt : state.attempts()) {
            writeAttempt(json, run, index, attempt);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /**
     * What a list of many tasks shows of each, in the fields of {@link #write}: without what its own page has, of its needs the
     * one that tells most (the first that has not ended, or that kept it from being run), of its attempts the last, and how many
     * there are of both; of the needs of a task that waits for some, how many have not ended.
     */
    public static void writeBrief(JsonGenerator json, RunState run, int index) throws IOException {
        var facts = run.facts(index);
        var state = run.task(index);
        json.writeStartObject();
        writeNames(json, facts, index);
        writeState(json, run, index);
        writeFirstNeed(json, run, index);
        json.writeStringField("requirement", facts.requirement());
        json.writeBooleanField("allowFailure", facts.allowFailure());
        json.writeArrayFieldStart("attempts");
        var latest = state.latestAttempt();
        if (latest != null) {
            json.writeStartObject();
            writeCourse(json, latest);
            writeArtifacts(json, run, index, latest);
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNumberField("attemptCount", state.attempts().size());
        json.writeEndObject();
    }

    private static void writeFirstNeed(JsonGenerator json, RunState run, int index) throws IOException {
        var needs = run.facts(index).needs();
        var open = run.task(index).phase() == TaskPhase.WAITING
                ? run.openNeeds(index, Integer.MAX_VALUE)
                : List.<Integer>of();
        json.writeArrayFieldStart("needs");
        if (!open.isEmpty()) {
            json.writeString(run.facts(open.get(0)).name());
        } else if (needs.size() > 0) {
            json.writeString(run.facts(tellingNeed(run, index)).name());
        }
        json.writeEndArray();
        json.writeNumberField("needCount", open.isEmpty() ? needs.size() : open.size());
    }

    /** The need because of which a task ended unrun: the first that ended for the same reason, else the first that did not succeed. */
    private static int tellingNeed(RunState run, int index) {
        var needs = run.facts(index).needs();
        var kind = run.task(index).kind();
        int telling = needs.get(0);
        boolean failed = false;
        for (int i = 0; i < needs.size(); i++) {
            var need = run.task(needs.get(i));
            if (kind != null && need.kind() == kind) {
                return needs.get(i);
            }
            if (!failed && need.outcome() != null && need.outcome() != Outcome.SUCCESS) {
                failed = true;
                telling = needs.get(i);
            }
        }
        return telling;
    }

    private static void writeNames(JsonGenerator json, TaskFacts facts, int index) throws IOException {
        json.writeNumberField("index", index);
        json.writeStringField("name", facts.name());
        json.writeStringField("base", facts.base());
        Json.text(json, "group", facts.group());
        Json.text(json, "platform", facts.platform());
        json.writeObjectFieldStart("matrix");
        for (int i = 0; i < facts.axes().size(); i++) {
            json.writeStringField(facts.axes().get(i), facts.values().get(i));
        }
        json.writeEndObject();
    }

    private static void writeState(JsonGenerator json, RunState run, int index) throws IOException {
        var state = run.task(index);
        json.writeStringField("state", state.phase().text());
        Json.text(json, "outcome", text(state.outcome()));
        var pause = run.pause(index);
        var shortage = run.shortage(index);
        if (pause != null) {
            json.writeStringField("reason", Orders.paused(pause));
            json.writeStringField("kind", "PAUSED");
        } else {
            Json.text(json, "reason", shortage == null ? state.reason() : shortage);
            var kind = shortage == null ? state.kind() : Event.EndKind.NO_WORKER;
            Json.text(json, "kind", kind == null ? null : kind.name());
        }
        Json.text(json, "label", state.label());
    }

    private static void writeNeeds(JsonGenerator json, RunState run, TaskFacts facts) throws IOException {
        var needs = facts.needs();
        json.writeArrayFieldStart("needs");
        for (int i = 0; i < needs.size(); i++) {
            json.writeString(run.facts(needs.get(i)).name());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("needIndexes");
        for (int i = 0; i < needs.size(); i++) {
            json.writeNumber(needs.get(i));
        }
        json.writeEndArray();
    }

    private static void writeAttempt(JsonGenerator json, RunState run, int index, Attempt attempt) throws IOException {
        json.writeStartObject();
        writeCourse(json, attempt);
        json.writeStringField("incarnation", attempt.incarnation());
        writeArtifacts(json, run, index, attempt);
        json.writeEndObject();
    }

    private static void writeArtifacts(JsonGenerator json, RunState run, int index, Attempt attempt)
            throws IOException {
        json.writeArrayFieldStart("artifacts");
        for (var artifact : attempt.artifacts()) {
            json.writeStartObject();
            json.writeStringField("name", artifact.name());
            json.writeStringField("sha256", artifact.sha256());
            json.writeNumberField("bytes", artifact.bytes());
            json.writeNumberField("files", artifact.files());
            long expires = run.expiresAt(index, attempt, artifact.name());
            Json.time(json, "expiresAt", expires == ArtifactRetention.NEVER ? 0 : expires);
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void writeCourse(JsonGenerator json, Attempt attempt) throws IOException {
        json.writeNumberField("number", attempt.number());
        json.writeStringField("worker", attempt.worker());
        Json.time(json, "startedAt", attempt.startedAt());
        Json.time(json, "finishedAt", attempt.finishedAt());
        var exitCode = attempt.exitCode();
        if (exitCode == null) {
            json.writeNullField("exitCode");
        } else {
            json.writeNumberField("exitCode", exitCode);
        }
        Json.text(json, "outcome", text(attempt.outcome()));
        Json.text(json, "label", attempt.label());
        Json.text(json, "reason", attempt.reason());
        if (attempt.logBytes() < 0) {
            json.writeNullField("logBytes");
        } else {
            json.writeNumberField("logBytes", attempt.logBytes());
        }
    }

    private static @Nullable String text(@Nullable Outcome outcome) {
        return outcome == null ? null : outcome.text();
    }
}
