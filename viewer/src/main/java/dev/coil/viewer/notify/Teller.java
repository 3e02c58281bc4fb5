package dev.coil.viewer.notify;

import dev.coil.protocol.graph.Outcome;
import dev.coil.viewer.forge.CommitStatus;
import dev.coil.viewer.forge.CommitStatus.State;
import dev.coil.viewer.forge.Forge;
import dev.coil.viewer.forge.ForgeAway;
import dev.coil.viewer.forge.ForgeFailure;
import dev.coil.viewer.forge.ForgeRefusal;
import dev.coil.viewer.forge.ForgeRepository;
import dev.coil.viewer.forge.PullRequest;
import dev.coil.viewer.notify.Failures.FailedChange;
import dev.coil.viewer.projection.Projection;
import dev.coil.viewer.projection.RunHead;
import dev.coil.viewer.projection.RunState;
import dev.coil.viewer.projection.TaskPhase;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Compares what a forge should know of a matter with what it was told, and tells it. */
final class Teller {

    private static final Logger log = LoggerFactory.getLogger(Teller.class);

    /** What ended earlier, and of which nothing was told, is none of the forge's business. */
    private static final Duration OLD = Duration.ofDays(1);

    /** Between details of what goes on; GitHub takes 1,000 statuses for a commit and a context. */
    private static final Duration DETAILS = Duration.ofMinutes(1);

    /** Details of a run that takes long come less often: after this part of its time. */
    private static final int PART = 10;

    /** In what is remembered of a commit that could not become a run. */
    private static final int NO_RUN = 0;

    private static final Pattern REF_OF_PULL_REQUEST =
            Pattern.compile("refs/(?:pull|merge-requests)/([1-9][0-9]{0,8})/.*");

    private final Projection projection;
    private final Projects projects;
    private final Failures failures;
    private final Ledger ledger;
    private final InstantSource clock;
    private final Function<ForgeRepository, Forge> open;
    private final Map<ForgeRepository, Forge> forges = new ConcurrentHashMap<>();

    Teller(
            Projection projection,
            Projects projects,
            Failures failures,
            Ledger ledger,
            InstantSource clock,
            Function<ForgeRepository, Forge> open) {
        this.projection = projection;
        this.projects = projects;
        this.failures = failures;
        this.ledger = ledger;
        this.clock = clock;
        this.open = open;
    }

    /** Where a matter is to be told; {@code null} for nowhere. */
    @Nullable
    ForgeRepository repository(Matter matter) {
        return projects.forge(matter.project()).orElse(null);
    }

    /** Whether there is something to tell that was not told. */
    boolean isOpen(Matter matter, RunState run, ForgeRepository repository) {
        var head = run.head();
        var wanted = wanted(matter, run, head);
        if (wanted == null) {
            return false;
        }
        var last = ledger.last(matter.key(repository));
        return last == null ? !isOld(head) : !last.covers(wanted) && last.run() <= run.number();
    }

    private boolean isOld(RunHead head) {
        return head.finished() && head.finishedAt() + OLD.toMillis() < clock.millis();
    }

    /** The newest run that a matter is of; {@code null} if none is known (any more). */
    @Nullable
    RunState newest(Matter matter) {
        for (var run : projection.runs(matter.project()).descendingMap().values()) {
            if (matter.isOf(run)) {
                return run;
            }
        }
        return null;
    }

    /** @return {@code null} as long as there is nothing to tell */
    private @Nullable Telling wanted(Matter matter, RunState run, RunHead head) {
        var counts = head.counts();
        if (head.outcome() != null && !head.finished() && counts.of(TaskPhase.FINISHED) == counts.total()) {
            // The next event says that the run has finished.
            return null;
        }
        var state = StatusText.state(head);
        if (matter instanceof Matter.OnCommit) {
            return new Telling(run.number(), state, StatusText.description(run, head), clock.millis(), false);
        }
        return state.isFinal() ? new Telling(run.number(), state, figures(head), clock.millis(), false) : null;
    }

    /** All that the comment on a run depends on, or that changes with it. */
    private static String figures(RunHead head) {
        var figures = new StringBuilder().append(head.finishedAt());
        for (var outcome : Outcome.values()) {
            figures.append(' ').append(head.counts().of(outcome));
        }
        return figures.append(" of ").append(head.counts().total()).toString();
    }

    /**
     * What came of it.
     *
     * @param asked whether the forge was asked for anything
     * @param more when there is more to tell; {@code null} if that was all
     */
    record Result(boolean asked, @Nullable Instant more) {

        private static final Result NOTHING = new Result(false, null);
    }

    /**
     * Tells what is new.
     *
     * @param host that is to be told; who has moved elsewhere is told there
     */
    Result tell(Matter matter, String host) throws ForgeAway, InterruptedException {
        var repository = repository(matter);
        var run = newest(matter);
        if (repository == null || !repository.host().equals(host)) {
            return Result.NOTHING;
        }
        if (run == null) {
            return tellFailure(matter, repository);
        }
        var head = run.head();
        var wanted = wanted(matter, run, head);
        var last = ledger.last(matter.key(repository));
        if (wanted == null || last != null && (last.covers(wanted) || last.run() > run.number())) {
            return Result.NOTHING;
        }
        var due = due(run, head, last, wanted);
        if (due != null) {
            return new Result(false, due);
        }
        ledger.remember(matter.key(repository), told(matter, repository, run, head, wanted));
        return new Result(true, null);
    }

    /** Of a commit that could not become a run. */
    private Result tellFailure(Matter matter, ForgeRepository repository) throws ForgeAway, InterruptedException {
        var failed = failures.all().stream()
                .filter(failure -> matter.equals(Matter.of(failure)))
                .max(Comparator.comparingLong(FailedChange::at))
                .orElse(null);
        if (failed == null || !isOpen(failed, repository)) {
            return Result.NOTHING;
        }
        var on = Matter.of(failed);
        var status = new CommitStatus(on.commit(), State.FAILURE, on.context(), failed.reason(), projects.pages());
        ledger.remember(
                on.key(repository),
                telling(
                        failed,
                        refused(() -> forges.computeIfAbsent(repository, open).setStatus(status), failed)));
        return new Result(true, null);
    }

    boolean isOld(FailedChange failed) {
        return failed.at() + OLD.toMillis() < clock.millis();
    }

    /** Whether it is to be told that a change could not become a run. */
    boolean isOpen(FailedChange failed, ForgeRepository repository) {
        if (isOld(failed) || newest(Matter.of(failed)) != null) {
            return false;
        }
        var last = ledger.last(Matter.of(failed).key(repository));
        return last == null || last.run() == NO_RUN && !last.covers(telling(failed, false));
    }

    private Telling telling(FailedChange failed, boolean refused) {
        return new Telling(NO_RUN, State.FAILURE, failed.reason(), clock.millis(), refused);
    }

    /** Something that a forge is asked to do. */
    @FunctionalInterface
    private interface Asking {
        void ask() throws ForgeFailure, InterruptedException;
    }

    /** Whether the forge does not want to hear it. */
    private static boolean refused(Asking asking, Object what) throws ForgeAway, InterruptedException {
        try {
            asking.ask();
            return false;
        } catch (ForgeRefusal e) {
            log.warn("{} is not told on its forge: {}", what, e.getMessage());
            return true;
        } catch (ForgeAway e) {
            throw e;
        } catch (ForgeFailure e) {
            throw new AssertionError(e);
        }
    }

    /** When the next detail of what goes on may be told; {@code null} for now. */
    private @Nullable Instant due(RunState run, RunHead head, @Nullable Telling last, Telling wanted) {
        if (last == null || head.finished() || last.run() != wanted.run() || last.state() != wanted.state()) {
            return null;
        }
        long now = wanted.at();
        long due = last.at() + Math.max(DETAILS.toMillis(), (now - run.createdAt()) / PART);
        return due <= now || last.at() > now ? null : Instant.ofEpochMilli(due);
    }

    private Telling told(Matter matter, ForgeRepository repository, RunState run, RunHead head, Telling wanted)
            throws ForgeAway, InterruptedException {
        boolean refused = refused(() -> send(matter, repository, run, head, wanted), run);
        return new Telling(wanted.run(), wanted.state(), wanted.text(), wanted.at(), refused);
    }

    private void send(Matter matter, ForgeRepository repository, RunState run, RunHead head, Telling wanted)
            throws ForgeFailure, InterruptedException {
        var forge = forges.computeIfAbsent(repository, open);
        if (matter instanceof Matter.OnCommit on) {
            var page = URI.create(CommentText.page(projects.pages(), run));
            forge.setStatus(new CommitStatus(on.commit(), wanted.state(), on.context(), wanted.text(), page));
        } else if (matter instanceof Matter.OnPullRequest on) {
            for (int number : pullRequests(forge, run, on.commit())) {
                comment(forge, on, repository, run, head, number);
            }
        }
    }

    /** A comment of a newer run is not written over: the request has other commits by now. */
    private void comment(
            Forge forge,
            Matter.OnPullRequest matter,
            ForgeRepository repository,
            RunState run,
            RunHead head,
            int number)
            throws ForgeFailure, InterruptedException {
        var key = matter.key(repository, number);
        var last = ledger.last(key);
        if (last != null && last.run() > run.number()) {
            return;
        }
        forge.comment(number, "coil " + run.project().replace("--", "=="), CommentText.of(run, head, projects.pages()));
        ledger.remember(key, new Telling(run.number(), StatusText.state(head), "", clock.millis(), false));
    }

    private static List<Integer> pullRequests(Forge forge, RunState run, String commit)
            throws ForgeFailure, InterruptedException {
        var ref = REF_OF_PULL_REQUEST.matcher(run.source().ref());
        if (ref.matches()) {
            return List.of(Integer.valueOf(ref.group(1)));
        }
        return forge.openPullRequestsOf(commit).stream()
                .filter(PullRequest::isHead)
                .map(PullRequest::number)
                .toList();
    }
}
