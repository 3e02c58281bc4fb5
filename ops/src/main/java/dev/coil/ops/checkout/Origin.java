package dev.coil.ops.checkout;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Where the objects of a repository are to be had.
 *
 * @param git in which the commit is visible
 * @param worktree in which its submodules may lie; {@code null} if there is none
 * @param url what relative URLs of submodules are relative to
 */
record Origin(Git git, @Nullable Path worktree, String url) {

    /** A repository of this machine. */
    static Origin at(Repository repository, Git git) {
        var remote = git.run("config", "--get", "remote.origin.url");
        var own = repository.top() == null ? repository.directory() : repository.top();
        return new Origin(git, repository.top(), remote.succeeded() ? remote.text() : own.toString());
    }
}
