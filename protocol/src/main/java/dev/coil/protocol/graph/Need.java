package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;

/**
 * An edge of the graph.
 *
 * @param task the index in the run of the task that must end first; always less than the index of the task that has the need
 * @param accept outcomes beside success that satisfy the need
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Need(@JsonInclude int task, List<Outcome> accept) {
    public Need {
        accept = accept == null ? List.of() : List.copyOf(accept);
    }

    public static Need on(int task) {
        return new Need(task, List.of());
    }
}
