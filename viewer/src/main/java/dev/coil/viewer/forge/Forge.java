package dev.coil.viewer.forge;

import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;

/**
 * A repository on a forge, as something to tell. Each call is complete within the timeout for each request that it takes, and may be
 * made again. Of one forge, one thread at a time.
 */
public interface Forge {

    /** What a request may take, with its answer. */
    Duration TIMEOUT = Duration.ofSeconds(30);

    /** Puts a status on a commit, in the place of the one with the same context. */
    void setStatus(CommitStatus status) throws ForgeFailure, InterruptedException;

    /**
     * The open pull requests of which a commit is the head, then those that contain it further back. GitHub does not say of commits
     * in forks which pull requests contain them; Gitea never does, so only the 50 that changed last are looked into, and only if the commit is
     * nobody's head.
     */
    List<PullRequest> openPullRequestsOf(String commit) throws ForgeFailure, InterruptedException;

    /**
     * Makes the pull request have one comment of this kind, by this token's user, with this text: one that is there is edited, one that says
     * the same is left alone.
     *
     * @param marker tells the kind from others: letters, digits, {@code . _ / : -} and blanks. It is hidden in the comment
     * @param body in Markdown
     */
    void comment(int pullRequest, String marker, String body) throws ForgeFailure, InterruptedException;

    /** @param client one that does not follow redirects: a token must not go elsewhere */
    static Forge of(ForgeRepository repository, HttpClient client) {
        return of(repository, client, TIMEOUT);
    }

    /** @param timeout for each request with its answer */
    static Forge of(ForgeRepository repository, HttpClient client, Duration timeout) {
        var http = new ForgeHttp(repository, client, timeout);
        return switch (repository.kind()) {
            case GITHUB -> new GitHub(http);
            case GITLAB -> new GitLab(http);
            case GITEA -> new Gitea(http);
        };
    }
}
