package dev.coil.protocol.graph.parse;

import dev.coil.protocol.graph.Action;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a task checks out before it starts.
 *
 * @param repositories the project's own first, if it is among them; empty for none
 */
public record CheckoutDefinition(List<Repository> repositories) {

    /** What a task gets that says nothing of it: the run's commit at the top of its workspace. */
    static final CheckoutDefinition OWN = new CheckoutDefinition(List.of(Repository.own(new Position(1, 1))));

    static final CheckoutDefinition NOTHING = new CheckoutDefinition(List.of());

    /**
     * One repository.
     *
     * @param at where it stands, for what is wrong with the whole of it
     * @param repository {@code null} for the project's own
     * @param ref {@code null} for the repository's default branch, or for the run's commit
     * @param path {@code null} if the file leaves it open
     */
    public record Repository(
            Position at,
            @Nullable Template repository,
            @Nullable Template ref,
            @Nullable Template path,
            Action.Submodules submodules,
            boolean lfs) {

        static Repository own(Position at) {
            return new Repository(at, null, null, null, Action.Submodules.NONE, false);
        }

        boolean isOwn() {
            return repository == null;
        }
    }
}
