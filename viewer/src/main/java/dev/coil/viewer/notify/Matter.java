package dev.coil.viewer.notify;

import dev.coil.protocol.graph.Source;
import dev.coil.viewer.forge.ForgeRepository;
import dev.coil.viewer.notify.Failures.FailedChange;
import dev.coil.viewer.projection.RunState;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Something that a forge is told of; what exactly is to be told is known only when that happens. */
sealed interface Matter {

    String project();

    String commit();

    /** Whether it is of a run: of those, it is of the newest. */
    default boolean isOf(RunState run) {
        return commit().equals(run.source().commit())
                && isOf(Source.plain(run.source().event()));
    }

    boolean isOf(String event);

    /** What it is remembered by. Another repository is told anew. */
    String key(ForgeRepository repository);

    /** A status on a commit. */
    record OnCommit(String project, String commit, String event) implements Matter {

        String context() {
            return "coil/" + project + "/" + event;
        }

        @Override
        public boolean isOf(String other) {
            return event.equals(other);
        }

        @Override
        public String key(ForgeRepository repository) {
            return "status " + place(repository, this) + " " + context();
        }
    }

    /** A comment on the pull requests of which the commit is the head. */
    record OnPullRequest(String project, String commit) implements Matter {

        private static final Set<String> EVENTS = Set.of("push", "pull_request");

        @Override
        public boolean isOf(String event) {
            return EVENTS.contains(event);
        }

        @Override
        public String key(ForgeRepository repository) {
            return "comment " + place(repository, this);
        }

        /** What says of which run the comment on a pull request is, whatever the commit. */
        String key(ForgeRepository repository, int pullRequest) {
            return "pull " + repository.host() + "/" + repository.path() + " " + project + " " + pullRequest;
        }
    }

    private static String place(ForgeRepository repository, Matter matter) {
        return repository.host() + "/" + repository.path() + " " + matter.project() + " " + matter.commit();
    }

    /** What a change is told as that could not become a run. */
    static OnCommit of(FailedChange failed) {
        return new OnCommit(failed.project(), failed.commit(), failed.event());
    }

    /** What a run with a commit is to be told as. */
    static List<Matter> of(RunState run, String commit) {
        var matters = new ArrayList<Matter>();
        var event = Source.plain(run.source().event());
        matters.add(new OnCommit(run.project(), commit, event));
        var comment = new OnPullRequest(run.project(), commit);
        if (comment.isOf(event)) {
            matters.add(comment);
        }
        return matters;
    }
}
