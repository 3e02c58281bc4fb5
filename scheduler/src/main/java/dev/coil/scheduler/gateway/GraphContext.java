package dev.coil.scheduler.gateway;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.plan.PlanContext;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What must be known of a run to plan what its tasks generate: a blob that each generator names, so that any gateway can do it.
 *
 * @param file the graph file's name, for messages
 * @param graph SHA-256 of its text, a blob as well
 * @param project that the run belongs to
 * @param changedFiles what {@code changed()} looks at; {@code null} if unknown
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record GraphContext(
        String file,
        String graph,
        String project,
        Source source,
        @Nullable List<String> changedFiles) {

    PlanContext plan() {
        return new PlanContext(project, source.event(), source.ref(), source.baseCommit(), List.of(), changedFiles);
    }
}
