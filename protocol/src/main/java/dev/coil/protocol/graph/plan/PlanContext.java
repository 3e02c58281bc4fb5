package dev.coil.protocol.graph.plan;

import dev.coil.protocol.graph.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a run before it starts.
 *
 * @param defaultProject the project's name where the file has none
 * @param event what started the run: {@code manual}, {@code push}, {@code pull_request}, {@code schedule}
 * @param ref the full name of the branch or tag; empty if unknown
 * @param base what the commit is compared with; empty if unknown
 * @param selected names, groups or globs of tasks: these and what they need are kept; empty for all
 * @param changedFiles paths relative to the graph's directory; {@code null} if unknown
 */
public record PlanContext(
        String defaultProject,
        String event,
        String ref,
        String base,
        List<String> selected,
        @Nullable List<String> changedFiles) {

    public PlanContext {
        selected = List.copyOf(selected);
        changedFiles = changedFiles == null ? null : List.copyOf(changedFiles);
    }

    /** As graphs know it: of pull requests there is one kind. */
    @Override
    public String event() {
        return Source.plain(event);
    }

    /** Whether anybody may have written what is run. */
    boolean isOfFork() {
        return event.equals(Source.FORK);
    }

    /** A run that somebody starts by hand, of which nothing else is known. */
    public static PlanContext manual(String defaultProject) {
        return new PlanContext(defaultProject, "manual", "", "", List.of(), null);
    }
}
