package dev.coil.protocol.graph;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a run is a run of.
 *
 * @param commit the object id that is checked out; {@code null} for a run without a source
 * @param ref the full name of the branch or tag ({@code refs/heads/main}); empty if unknown
 * @param event what started it: {@code manual}, {@code push}, {@code pull_request}, {@code schedule}, or {@link #FORK}
 * @param baseCommit what the commit is compared with; empty if unknown
 * @param directory the graph's directory in the repository; empty for its top
 * @param subject the first line of the commit's message; empty if unknown
 * @param inputs the commits of further repositories that tasks check out, as they were when the run was submitted
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Source(
        @Nullable String commit,
        String ref,
        String event,
        String baseCommit,
        String directory,
        String subject,
        List<Input> inputs) {

    /** What started the run of a pull request from another repository, whose author may be anybody. */
    public static final String FORK = "pull_request_fork";

    public Source {
        ref = ref == null ? "" : ref;
        event = event == null ? "manual" : event;
        baseCommit = baseCommit == null ? "" : baseCommit;
        directory = directory == null ? "" : directory;
        subject = subject == null ? "" : subject;
        inputs = inputs == null ? List.of() : List.copyOf(inputs);
    }

    /** A source without further repositories. */
    public Source(
            @Nullable String commit, String ref, String event, String baseCommit, String directory, String subject) {
        this(commit, ref, event, baseCommit, directory, subject, List.of());
    }

    /**
     * A further repository. Its objects are kept with those of the project.
     *
     * @param repository as the graph says: a URL, or a path from the top of the project's own
     * @param ref as the graph says; empty for its default branch
     * @param commit what that was when the run was submitted
     */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Input(String repository, String ref, String commit) {
        public Input {
            ref = ref == null ? "" : ref;
        }
    }

    /** An event as graphs and forges know it: of pull requests there is one kind. */
    public static String plain(String event) {
        return event.equals(FORK) ? "pull_request" : event;
    }

    /** The same with the commits of further repositories. */
    public Source with(List<Input> others) {
        return new Source(commit, ref, event, baseCommit, directory, subject, others);
    }

    /** The commit that a checkout is of; {@code null} if the run has none. */
    public @Nullable String commitOf(Action.Checkout checkout) {
        if (checkout.isOwn()) {
            return commit;
        }
        return inputs.stream()
                .filter(input -> input.repository().equals(checkout.repository())
                        && input.ref().equals(checkout.ref()))
                .map(Input::commit)
                .findFirst()
                .orElse(null);
    }

    /** A run that has nothing to check out. */
    public static Source none() {
        return new Source(null, "", "manual", "", "", "");
    }
}
