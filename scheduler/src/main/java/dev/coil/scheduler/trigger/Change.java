package dev.coil.scheduler.trigger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something happened in a project's repository that may start a run.
 *
 * @param event what tasks find in {@code COIL_EVENT}: {@code push}, {@code pull_request} or {@code schedule}
 * @param ref the full name of the branch or tag; of a pull request, the one under which the forge keeps its head
 * @param commit the object id that the ref came to
 * @param before what the ref was before, or the base of a pull request; empty if unknown or if there was nothing
 * @param baseRef the full name of the branch that a pull request is for; empty of others
 * @param pullRequest its number at the forge; 0 of others
 * @param fork whether the commit comes from another repository
 * @param by who did it, for people
 * @param select names, groups or globs of the tasks that are wanted, with what they need; empty for all
 */
@JsonInclude(JsonInclude.Include.NON_DEFAULT)
public record Change(
        String event,
        String ref,
        String commit,
        String before,
        String baseRef,
        int pullRequest,
        boolean fork,
        String by,
        List<String> select) {

    static final String SCHEDULE = "schedule";

    public Change {
        before = before == null ? "" : before;
        baseRef = baseRef == null ? "" : baseRef;
        by = by == null ? "" : by;
        select = select == null ? List.of() : List.copyOf(select);
    }

    /** One that wants all tasks. */
    Change(
            String event,
            String ref,
            String commit,
            String before,
            String baseRef,
            int pullRequest,
            boolean fork,
            String by) {
        this(event, ref, commit, before, baseRef, pullRequest, fork, by, List.of());
    }

    /** A time that has come. */
    static Change schedule(String ref, String commit, List<String> select) {
        return new Change(SCHEDULE, ref, commit, "", "", 0, false, SCHEDULE, select);
    }

    /** Whether it is the time that starts it, which its graph has said already. */
    public boolean isScheduled() {
        return event.equals(SCHEDULE);
    }

    /** A push to a branch or of a tag. */
    public static Change push(String ref, String commit, @Nullable String before, @Nullable String by) {
        return new Change("push", ref, commit, before, "", 0, false, by);
    }

    /** For people: {@code push of refs/heads/main}. */
    @Override
    public String toString() {
        return pullRequest == 0
                ? event + " of " + ref + " at " + shortened()
                : "pull request " + pullRequest + " at " + shortened();
    }

    private String shortened() {
        return commit.substring(0, Math.min(commit.length(), 8));
    }
}
