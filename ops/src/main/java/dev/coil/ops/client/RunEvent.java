package dev.coil.ops.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** An event of a run's live stream. */
public sealed interface RunEvent {

    /** The event's data as the node sent it. */
    JsonNode json();

    /** The whole run: always the first event. */
    record Snapshot(Run run, String text) implements RunEvent {
        @Override
        public JsonNode json() {
            return Json.read(text, JsonNode.class);
        }
    }

    /** What changed since the event before. */
    record Change(RunSummary run, List<Task> tasks, JsonNode json) implements RunEvent {
        public Change {
            tasks = tasks == null ? List.of() : List.copyOf(tasks);
        }
    }

    /** The run has finished. */
    record End(JsonNode json) implements RunEvent {}
}
