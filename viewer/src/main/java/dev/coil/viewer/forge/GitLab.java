package dev.coil.viewer.forge;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** GitLab (docs.gitlab.com/api: commits, notes). */
final class GitLab extends RestForge {

    private static final int BAD_REQUEST = 400;

    /** Of a description, a name and an address each. */
    private static final int MOST = 255;

    private static final String PAGES = "?per_page=100";

    /** {@code Cannot transition status via :run from :running (Reason(s): …)} */
    private static final Pattern NO_TRANSITION = Pattern.compile("Cannot transition status via :(\\w+) from :(\\w+)");

    private final String project;

    GitLab(ForgeHttp http) {
        super(http);
        project = "/projects/" + Texts.segment(http.repository().path());
    }

    @Override
    public void setStatus(CommitStatus status) throws ForgeFailure, InterruptedException {
        var body = object().put("state", word(status.state()))
                .put("name", Texts.cut(status.context(), MOST))
                .put("description", Texts.cut(status.description(), MOST));
        var url = status.url().toString();
        if (url.length() <= MOST) {
            body.put("target_url", url);
        }
        try {
            http.send("POST", project + "/statuses/" + status.commit(), body);
        } catch (ForgeRefusal e) {
            if (e.status() != BAD_REQUEST || !isThereAlready(e.getMessage(), status.state())) {
                throw e;
            }
        }
    }

    private static String word(CommitStatus.State state) {
        return switch (state) {
            case PENDING -> "pending";
            case RUNNING -> "running";
            case SUCCESS -> "success";
            case FAILURE, ERROR -> "failed";
            case CANCELLED -> "canceled";
        };
    }

    /** A status does not go to the state that it has, and not back from running to pending, which says as little. */
    private static boolean isThereAlready(String message, CommitStatus.State state) {
        var found = NO_TRANSITION.matcher(message);
        if (!found.find()) {
            return false;
        }
        var from = found.group(2);
        return from.equals(word(state)) || state == CommitStatus.State.PENDING && from.equals("running");
    }

    @Override
    public List<PullRequest> openPullRequestsOf(String commit) throws ForgeFailure, InterruptedException {
        var found = new ArrayList<PullRequest>();
        for (var one :
                http.list(project + "/repository/commits/" + Texts.segment(commit) + "/merge_requests" + PAGES)) {
            if (one.path("state").asText().equals("opened")) {
                found.add(new PullRequest(
                        one.path("iid").asInt(), one.path("sha").asText().equals(commit)));
            }
        }
        return ordered(found);
    }

    @Override
    String comments(int pullRequest) {
        return project + "/merge_requests/" + pullRequest + "/notes";
    }

    @Override
    String comment(int pullRequest, long id) {
        return comments(pullRequest) + "/" + id;
    }

    @Override
    String edits() {
        return "PUT";
    }

    @Override
    String pages() {
        return PAGES;
    }

    @Override
    String author() {
        return "author";
    }
}
