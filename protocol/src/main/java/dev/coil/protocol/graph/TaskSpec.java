package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.coil.protocol.tuple.Requirement;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One task of a run: an instance after matrix expansion, with everything resolved that is known at submission. The tasks of a
 * run are a list in topological order; a task is known by its index in it.
 *
 * @param name unique in the run: {@code test/linux-s390x/1}
 * @param base the name in the graph file: {@code test}
 * @param matrix the axes' values of this instance, in axis order; empty without a matrix
 * @param needs the tasks that must end first
 * @param requirement what it needs from a machine
 * @param platform the name under {@code platforms}, where it has one
 * @param allowFailure whether it may fail without failing the run
 * @param condition what is left of {@code if} after everything known at submission has been put in; {@code null} for
 *     {@code success()}. An expression of {@link dev.coil.protocol.graph.expression}
 * @param timeoutMillis how long an attempt may run, the platform's factor included; 0 for no limit
 * @param queueTimeoutMillis how long it may wait for a worker; 0 for no limit
 * @param infraRetries how many further attempts an {@link Outcome#ERROR} has
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record TaskSpec(
        String name,
        String base,
        Map<String, String> matrix,
        List<Need> needs,
        Requirement requirement,
        @Nullable String platform,
        Priority priority,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean allowFailure,
        @Nullable String condition,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long timeoutMillis,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) long queueTimeoutMillis,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) int infraRetries,
        Start start,
        Action action) {

    public TaskSpec {
        matrix = matrix == null || matrix.isEmpty()
                ? Map.of()
                : java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(matrix));
        needs = needs == null ? List.of() : List.copyOf(needs);
        priority = priority == null ? Priority.NORMAL : priority;
        start = start == null ? Start.OPTIMISTIC : start;
    }

    /** A task with nothing but a name, needs, a requirement and an action. */
    public static TaskSpec simple(String name, List<Integer> needs, Requirement requirement, Action action) {
        return new TaskSpec(
                name,
                name,
                Map.of(),
                needs.stream().map(Need::on).toList(),
                requirement,
                null,
                Priority.NORMAL,
                false,
                null,
                0,
                0,
                3,
                Start.OPTIMISTIC,
                action);
    }
}
