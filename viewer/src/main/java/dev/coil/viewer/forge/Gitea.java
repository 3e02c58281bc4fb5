package dev.coil.viewer.forge;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Gitea and Forgejo, as their {@code /api/swagger} says. */
final class Gitea extends RestForge {

    private static final int MOST_OF_DESCRIPTION = 255;
    private static final int MOST_OF_CONTEXT = 255;

    /** The most of a page, unless who runs it allows more. */
    private static final int PAGE = 50;

    private final String repository;

    Gitea(ForgeHttp http) {
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

    /** What it says of a commit is the pull request that was merged as it, so the open ones are gone through. */
    @Override
    public List<PullRequest> openPullRequestsOf(String commit) throws ForgeFailure, InterruptedException {
        var open = http.list(repository + "/pulls?state=open&sort=recentupdate&limit=" + PAGE);
        var found = new ArrayList<PullRequest>();
        for (var pull : open) {
            if (pull.path("head").path("sha").asText().equals(commit)) {
                found.add(new PullRequest(pull.path("number").asInt(), true));
            }
        }
        for (var pull : found.isEmpty() ? open.subList(0, Math.min(PAGE, open.size())) : List.<JsonNode>of()) {
            int number = pull.path("number").asInt();
            var commits = http.list(repository + "/pulls/" + number + "/commits?limit=" + PAGE);
            if (commits.stream().anyMatch(one -> one.path("sha").asText().equals(commit))) {
                found.add(new PullRequest(number, false));
            }
        }
        return ordered(found);
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

    /** It gives all at once. */
    @Override
    String pages() {
        return "";
    }

    @Override
    String author() {
        return "user";
    }
}
