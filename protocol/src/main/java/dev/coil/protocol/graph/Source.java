package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a run is a run of.
 *
 * @param commit the object id that is checked out; {@code null} for a run without a source
 * @param ref the full name of the branch or tag ({@code refs/heads/main}); empty if unknown
 * @param event what started it: {@code manual}, {@code push}, {@code pull_request}, {@code schedule}
 * @param baseCommit what the commit is compared with; empty if unknown
 * @param directory the graph's directory in the repository; empty for its top
 * @param subject the first line of the commit's message; empty if unknown
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Source(
        @Nullable String commit, String ref, String event, String baseCommit, String directory, String subject) {
    public Source {
        ref = ref == null ? "" : ref;
        event = event == null ? "manual" : event;
        baseCommit = baseCommit == null ? "" : baseCommit;
        directory = directory == null ? "" : directory;
        subject = subject == null ? "" : subject;
    }

    /** A run that has nothing to check out. */
    public static Source none() {
        return new Source(null, "", "manual", "", "", "");
    }
}
