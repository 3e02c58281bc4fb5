package dev.coil.viewer.projection;

import dev.coil.protocol.graph.Priority;
import dev.coil.protocol.graph.Resources;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What does not change about a task. Equal parts are shared between the tasks of a run.
 *
 * @param group what it is shown under: a prefix up to {@code /} that it shares with others, or its matrix; {@code null} if it
 *     stands alone
 * @param axes the names of its matrix's axes
 * @param values its values on them
 * @param requirement in its canonical text
 * @param resources what is reserved for it
 * @param concurrency the name of its concurrency group; {@code null} for none
 * @param generator the index of the task that added it to the run; {@code null} for a task of the graph itself
 * @param expires how many milliseconds after an attempt's end those of its artifacts expire of which the graph says so
 */
public record TaskFacts(
        String name,
        String base,
        @Nullable String group,
        @Nullable String platform,
        List<String> axes,
        List<String> values,
        Needs needs,
        String requirement,
        boolean allowFailure,
        Priority priority,
        @Nullable String condition,
        String script,
        List<String> artifacts,
        Resources resources,
        @Nullable String concurrency,
        @Nullable Integer generator,
        Map<String, Long> expires) {

    /** The same in another place of a run. */
    TaskFacts in(@Nullable String newGroup, Needs newNeeds, @Nullable Integer newGenerator) {
        return new TaskFacts(
                name,
                base,
                newGroup,
                platform,
                axes,
                values,
                newNeeds,
                requirement,
                allowFailure,
                priority,
                condition,
                script,
                artifacts,
                resources,
                concurrency,
                newGenerator,
                expires);
    }
}
