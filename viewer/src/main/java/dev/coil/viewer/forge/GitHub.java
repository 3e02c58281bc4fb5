package dev.coil.viewer.forge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** GitHub, in the cloud or on a server of somebody's own (docs.github.com/rest: commits/statuses, commits/commits, pulls, issues/comments). */
final class GitHub extends RestForge {

    private static final int MOST_OF_DESCRIPTION = 140;
    private static final int MOST_OF_CONTEXT = 255;
    private static final String PAGES = "per_page=100";

    private final String repository;

    GitHub(ForgeHttp http) {
        super(http);
        repository = "/repos/" + http.repository().path();
    }

    @Override
    public void setStatus(CommitStatus status) throws ForgeFailure, InterruptedException {
        http.send(
                "POST",
                repository + "/statuses/" + status.commit(),
                object().put("state", word(status.state()))
                        .put("target_url", status.url().toString())
                        .put("description", Texts.cut(status.description(), MOST_OF_DESCRIPTION))
                        .put("context", Texts.cut(status.context(), MOST_OF_CONTEXT)));
    }

    private static String word(CommitStatus.State state) {
        return switch (state) {
            case PENDING, RUNNING -> "pending";
            case SUCCESS -> "success";
            case FAILURE -> "failure";
            case ERROR, CANCELLED -> "error";
        };
    }

    /** Which pull requests a commit belongs to is known only of commits in the repository itself, and those of forks are found by their heads. */
    @Override
    public List<PullRequest> openPullRequestsOf(String commit) throws ForgeFailure, InterruptedException {
        var found = new ArrayList<PullRequest>();
        add(found, http.list(repository + "/commits/" + Texts.segment(commit) + "/pulls?" + PAGES), commit, true);
        if (found.stream().noneMatch(PullRequest::isHead)) {
            add(found, http.list(repository + "/pulls?state=open&" + PAGES), commit, false);
        }
        return ordered(found);
    }

    private static void add(List<PullRequest> found, List<JsonNode> pulls, String commit, boolean contain) {
        for (var pull : pulls) {
            boolean isHead = pull.path("head").path("sha").asText().equals(commit);
            if (pull.path("state").asText().equals("open") && (isHead || contain)) {
                found.add(new PullRequest(pull.path("number").asInt(), isHead));
            }
        }
    }

    @Override
    String comments(int pullRequest) {
        return repository + "/issues/" + pullRequest + "/comments";
    }

    @Override
    String comment(int pullRequest, long id) {
        return repository + "/issues/comments/" + id;
    }

    @Override
    String edits() {
        return "PATCH";
    }

    @Override
    String pages() {
        return "?" + PAGES;
    }

    @Override
    String author() {
        return "user";
    }
}
