package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.grouped;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.timed;
import static dev.coil.scheduler.resolver.Fold.trying;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.pause.PauseScope;
import dev.coil.protocol.space.ClaimId;
import dev.coil.protocol.tuple.Requirement;
import dev.coil.scheduler.state.Timer;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every order of every choice of a few commands, each folded by a process of its own: what the simulation finds by chance cannot hide
 * here. Orders that come to the same state with the same commands left are followed once; what changes nothing is not followed.
 */
class SmallModelTest {

    /** How many commands are folded one after the other; each more takes about three times as long. */
    private static final int DEPTH = Integer.getInteger("coil.depth", 7);

    private static final long SECOND_EPOCH = 200;

    private static Command claim(int task, int attempt, String worker) {
        return new Command.ClaimTask("p", 1, task, attempt, new ClaimId(worker, attempt), worker);
    }

    private static Command finish(int task, int attempt, String worker, Outcome outcome) {
        return new Command.FinishTask(
                "p", 1, task, attempt, new ClaimId(worker, attempt), AttemptResult.of(outcome, 0, 1, 2));
    }

    @Test
    void shouldAcceptOneResultOfATaskThatTwoWorkersClaim() {
        var moves = List.of(
                Move.of("a claims", claim(0, 1, "a")),
                Move.of("a claims again", claim(0, 1, "a")),
                Move.of("b claims", claim(0, 1, "b")),
                Move.of("a claims the second attempt", claim(0, 2, "a")),
                Move.of("b claims the second attempt", claim(0, 2, "b")),
                Move.of("a succeeds", finish(0, 1, "a", Outcome.SUCCESS)),
                Move.of("a succeeds again", finish(0, 1, "a", Outcome.SUCCESS)),
                Move.of("b fails", finish(0, 1, "b", Outcome.FAILURE)),
                Move.of("b succeeds at the second attempt", finish(0, 2, "b", Outcome.SUCCESS)),
                Move.of("a gives back", new Command.AbandonClaim("p", 1, 0, 1, new ClaimId("a", 1), "draining")),
                Move.of("cancel", new Command.CancelRun("cancel", "p", 1, null, "enough")),
                Move.of("retry", new Command.RetryRun("retry", "p", 1, null, false)),
                Move.owner("second owner", SECOND_EPOCH),
                Move.of("the first owner loses a", new Command.LoseWorker(SmallModel.FIRST_EPOCH, "a", "lost")),
                Move.of("the second owner loses b", new Command.LoseWorker(SECOND_EPOCH, "b", "lost")),
                Move.timer(Timer.Kind.QUEUE),
                Move.timer(Timer.Kind.RUN),
                Move.timer(Timer.Kind.RETRY));
        SmallModel.explore(moves, DEPTH, Progress.STEPS, timed(trying(task("only"), 1, 0, 1), 1, 1));
    }

    @Test
    void shouldNeverRunTwoOfAGroupOfOne() {
        var moves = List.of(
                Move.of("a claims the first", claim(0, 1, "a")),
                Move.of("b claims the second", claim(1, 1, "b")),
                Move.of("b claims the first", claim(0, 1, "b")),
                Move.of("a claims the first once more", claim(0, 2, "a")),
                Move.of("a claims the second once more", claim(1, 2, "a")),
                Move.of("a succeeds", finish(0, 1, "a", Outcome.SUCCESS)),
                Move.of("b fails", finish(1, 1, "b", Outcome.FAILURE)),
                Move.of("a gives back", new Command.AbandonClaim("p", 1, 0, 1, new ClaimId("a", 1), "draining")),
                Move.of("cancel", new Command.CancelRun("cancel", "p", 1, null, "enough")),
                Move.of("cancel the second", new Command.CancelRun("cancel", "p", 1, 1, "enough")),
                Move.of("retry", new Command.RetryRun("retry", "p", 1, null, false)),
                Move.of("retry the second", new Command.RetryRun("retry", "p", 1, 1, false)),
                Move.owner("second owner", SECOND_EPOCH),
                Move.of("the first owner loses a", new Command.LoseWorker(SmallModel.FIRST_EPOCH, "a", "lost")),
                Move.goOn(),
                Move.goOn(),
                Move.timer(Timer.Kind.RETRY));
        SmallModel.explore(
                moves,
                DEPTH,
                1,
                grouped(trying(task("first"), 0, 0, 1), "g", 1, false),
                grouped(trying(task("second"), 1, 0, 0), "g", 1, false));
    }

    @Test
    void shouldAddWhatATaskGeneratesOnce() {
        var moves = List.of(
                Move.of("a claims", claim(0, 1, "a")),
                Move.of("a stages", stage(1, "a")),
                Move.of("a stages again", stage(1, "a")),
                Move.of("a succeeds", generated(1, "a")),
                Move.of("a succeeds again", generated(1, "a")),
                Move.of("a gives back", new Command.AbandonClaim("p", 1, 0, 1, new ClaimId("a", 1), "draining")),
                Move.of("b claims the second attempt", claim(0, 2, "b")),
                Move.of("b stages", stage(2, "b")),
                Move.of("b succeeds", generated(2, "b")),
                Move.of("b fails", finish(0, 2, "b", Outcome.FAILURE)),
                Move.of("a claims what was generated", claim(2, 1, "a")),
                Move.of("a ends what was generated", finish(2, 1, "a", Outcome.SUCCESS)),
                Move.of("cancel", new Command.CancelRun("cancel", "p", 1, null, "enough")),
                Move.of("retry", new Command.RetryRun("retry", "p", 1, null, false)),
                Move.of("retry the generator", new Command.RetryRun("retry", "p", 1, 0, true)),
                Move.of("the first owner loses a", new Command.LoseWorker(SmallModel.FIRST_EPOCH, "a", "lost")),
                Move.owner("second owner", SECOND_EPOCH),
                Move.goOn(),
                Move.goOn());
        SmallModel.explore(moves, DEPTH, 1, Fold.generator("plan"), Fold.waitingForAll("after", 0));
    }

    @Test
    void shouldTellWhoIsPresentWhateverIsSaid() {
        var moves = List.of(
                Move.of("all are reported, as in an old log", report(SmallModel.FIRST_EPOCH, "a", "b")),
                Move.of("one is reported, as in an old log", report(SmallModel.FIRST_EPOCH, "a")),
                Move.of("a comes", change(SmallModel.FIRST_EPOCH, 1, "a")),
                Move.of("a comes, b is gone", change(SmallModel.FIRST_EPOCH, 1, "a", "b")),
                Move.of("a changes", change(SmallModel.FIRST_EPOCH, 2, "a")),
                Move.of("b comes, a is gone", change(SmallModel.FIRST_EPOCH, 1, "b", "a")),
                Move.of("b comes, to the second owner", change(SECOND_EPOCH, 1, "b")),
                Move.of("a is gone, to the second owner", change(SECOND_EPOCH, 1, "c", "a", "c")),
                Move.of("the first owner loses a", new Command.LoseWorker(SmallModel.FIRST_EPOCH, "a", "lost")),
                Move.of("the second owner loses b", new Command.LoseWorker(SECOND_EPOCH, "b", "lost")),
                Move.of("tell again", new Command.TellAgain(SmallModel.FIRST_EPOCH)),
                Move.of("tell again, by the second owner", new Command.TellAgain(SECOND_EPOCH)),
                Move.of("b claims", claim(0, 1, "b")),
                Move.owner("second owner", SECOND_EPOCH));
        SmallModel.explore(moves, DEPTH, Progress.STEPS, task("only"));
    }

    private static Command report(long epoch, String... workers) {
        return new Command.ReportWorkers(
                epoch, Stream.of(workers).map(name -> Fold.worker(name, 1)).toList());
    }

    private static Command change(long epoch, int slots, String came, String... gone) {
        return new Command.ChangeWorkers(epoch, List.of(Fold.worker(came, slots)), List.of(gone));
    }

    @Test
    void shouldStartNothingThatIsPausedAndLoseNothingForIt() {
        var itsClass = PauseScope.of(Requirement.parse("arch=x86_64"));
        var project = PauseScope.project("p");
        var moves = List.of(
                Move.of("a claims", claim(0, 1, "a")),
                Move.of("b claims", claim(0, 1, "b")),
                Move.of("a claims the second attempt", claim(0, 2, "a")),
                Move.of("b claims the second attempt", claim(0, 2, "b")),
                Move.of("a fails", finish(0, 1, "a", Outcome.FAILURE)),
                Move.of("b succeeds at the second attempt", finish(0, 2, "b", Outcome.SUCCESS)),
                Move.of("a gives back", new Command.AbandonClaim("p", 1, 0, 1, new ClaimId("a", 1), "draining")),
                Move.of("pause its class", pause(itsClass)),
                Move.of("resume its class", new Command.Resume("resume", itsClass, "ann")),
                Move.of("pause its project", pause(project)),
                Move.of("resume its project", new Command.Resume("resume", project, "ann")),
                Move.of("drain b", pause(PauseScope.worker("b"))),
                Move.of("resume b", new Command.Resume("resume", PauseScope.worker("b"), "ann")),
                Move.of("cancel", new Command.CancelRun("cancel", "p", 1, null, "enough")),
                Move.of("retry", new Command.RetryRun("retry", "p", 1, null, false)),
                Move.of("the first owner loses a", new Command.LoseWorker(SmallModel.FIRST_EPOCH, "a", "lost")),
                Move.timer(Timer.Kind.QUEUE),
                Move.timer(Timer.Kind.RETRY));
        SmallModel.explore(moves, DEPTH, Progress.STEPS, timed(trying(task("only"), 1, 0, 1), 1, 1));
    }

    private static Command pause(PauseScope scope) {
        return new Command.Pause("pause", scope, "disk full", "ann");
    }

    private static Command stage(int attempt, String worker) {
        var tasks = List.of(task("plan/" + worker), task("plan/" + worker + "2", 0));
        return new Command.StageGenerated("p", 1, 0, attempt, new ClaimId(worker, attempt), "file" + worker, 0, tasks);
    }

    private static Command generated(int attempt, String worker) {
        var claim = new Command.ClaimTask("p", 1, 0, attempt, new ClaimId(worker, attempt), worker);
        return Fold.generated(claim, 2, "file" + worker, 1);
    }
}
