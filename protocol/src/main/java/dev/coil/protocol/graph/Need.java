package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * An edge of the graph.
 *
 * @param task the index in the run of the task that must end first; always less than the index of the task that has the need
 * @param accept outcomes beside success that satisfy the need
 * @param generated whether all that the task generates, and what that generates in turn, must end as well
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Need(
        @JsonInclude int task,
        List<Outcome> accept,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean generated) {
    public Need {
        accept = accept == null ? List.of() : List.copyOf(accept);
    }

    public static Need on(int task) {
        return new Need(task, List.of(), false);
    }

    /** The same edge to the task that is so many places further on. */
    public Need shifted(int places) {
        return new Need(task + places, accept, generated);
    }
}
