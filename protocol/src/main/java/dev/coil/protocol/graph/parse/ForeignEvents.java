package dev.coil.protocol.graph.parse;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What users of other systems write under {@code on}, and what it is called here. */
final class ForeignEvents {

    private static final String PULL_REQUEST = "write 'pull_request'";
    private static final String BY_HAND = "leave it out: 'coil submit' starts a run at any time";
    private static final String TAGS = "write push: {tags: \"**\"}";
    private static final String SCHEDULE = "write schedule: [{cron: \"17 3 * * *\"}]";
    private static final String UNDER_PUSH = "write it under 'push' or 'pull_request'";
    private static final String NONE = "Coil has no such event: leave it out";

    private static final Map<String, String> HINTS = Map.ofEntries(
            Map.entry("merge_request", PULL_REQUEST),
            Map.entry("merge_requests", PULL_REQUEST),
            Map.entry("merge_request_event", PULL_REQUEST),
            Map.entry("pull_request_target", PULL_REQUEST),
            Map.entry("pr", PULL_REQUEST),
            Map.entry("workflow_dispatch", BY_HAND),
            Map.entry("repository_dispatch", BY_HAND),
            Map.entry("manual", BY_HAND),
            Map.entry("web", BY_HAND),
            Map.entry("api", BY_HAND),
            Map.entry("release", TAGS),
            Map.entry("create", TAGS),
            Map.entry("tag", TAGS),
            Map.entry("schedule", SCHEDULE),
            Map.entry("schedules", SCHEDULE),
            Map.entry("cron", SCHEDULE),
            Map.entry("commit", "write 'push'"),
            Map.entry("branches", UNDER_PUSH),
            Map.entry("branches-ignore", UNDER_PUSH),
            Map.entry("tags", "write it under 'push'"),
            Map.entry("tags-ignore", "write it under 'push'"),
            Map.entry("paths", UNDER_PUSH),
            Map.entry("paths-ignore", UNDER_PUSH),
            Map.entry("only", "write 'branches'"),
            Map.entry("include", "write 'branches'"),
            Map.entry("except", "write 'branches-ignore'"),
            Map.entry("exclude", "write 'branches-ignore'"),
            Map.entry("changes", "write 'paths'"),
            Map.entry("files", "write 'paths'"),
            Map.entry("types", "leave it out: opening a pull request and pushing to it start runs"),
            Map.entry("inputs", "inputs of runs are not yet supported: leave it out for now"),
            Map.entry("tz", "write 'timezone'"),
            Map.entry("cron_timezone", "write 'timezone'"),
            Map.entry("needs", "write 'tasks': what they need comes with them"),
            Map.entry("jobs", "write 'tasks'"),
            Map.entry("merge_group", NONE),
            Map.entry("workflow_run", NONE),
            Map.entry("workflow_call", NONE),
            Map.entry("issue_comment", NONE),
            Map.entry("issues", NONE),
            Map.entry("check_run", NONE),
            Map.entry("check_suite", NONE),
            Map.entry("status", NONE),
            Map.entry("delete", NONE),
            Map.entry("deployment", NONE),
            Map.entry("pull_request_review", NONE),
            Map.entry("pipeline", NONE),
            Map.entry("trigger", NONE));

    private ForeignEvents() {}

    /** What to do about a key or an event; {@code null} for one that no system is known to have. */
    static @Nullable String hint(String name) {
        return HINTS.get(name);
    }
}
