package dev.coil.ops.client;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.coil.protocol.graph.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code POST /api/v1/runs} takes.
 *
 * @param id 16 hexadecimal digits; the same request sent again with the same id makes no second run
 * @param project the project of a graph that does not name its own
 * @param select the names or globs of the tasks that are wanted; empty for all
 * @param changedFiles what the commit changed against its base; {@code null} if that is not known
 * @param skipUnmatched whether tasks that no present worker could ever take are skipped
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SubmitRequest(
        String id,
        @Nullable String project,
        GraphText graph,
        Source source,
        List<String> select,
        @Nullable List<String> changedFiles,
        boolean skipUnmatched,
        String submitter) {

    /**
     * A graph file.
     *
     * @param file its name in messages
     */
    public record GraphText(String file, String text) {}
}
