package dev.coil.protocol.space;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import dev.coil.protocol.graph.Action;
import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.Start;
import dev.coil.protocol.graph.TaskRef;
import dev.coil.protocol.tuple.OwnerRules;
import dev.coil.protocol.tuple.Requirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tuple of a ready task: everything that a worker needs to match, claim and run it.
 *
 * @param epoch of the owner that published it
 * @param runId the run's id
 * @param name the task's name
 * @param attempt from 1
 * @param readyAt milliseconds since the epoch, by the log's clock
 * @param fromTree SHA-256 of the archive of the tree in which the task starts; {@code null} for none
 * @param downloads SHA-256 of the archives to unpack, in the order of {@link Action#downloads()}
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ReadyTask(
        @JsonInclude long epoch,
        String project,
        @JsonInclude int run,
        @JsonInclude int task,
        @JsonInclude int attempt,
        String runId,
        String name,
        Map<String, String> matrix,
        Requirement requirement,
        Priority priority,
        Start start,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long timeoutMillis,
        @JsonInclude long readyAt,
        Source source,
        Action action,
        @Nullable String fromTree,
        List<String> downloads)
        implements InLine {

    public ReadyTask {
        matrix = matrix == null || matrix.isEmpty()
                ? Map.of()
                : java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(matrix));
        downloads = downloads == null ? List.of() : List.copyOf(downloads);
    }

    /** Whether the owner of a machine lets it take this. */
    public boolean isAllowedBy(OwnerRules rules) {
        return rules.allow(project, source.ref(), source.event());
    }

    @JsonIgnore
    public TaskRef ref() {
        return new TaskRef(project, run, task);
    }
}
