package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.grouped;
import static dev.coil.scheduler.resolver.Fold.task;
import static dev.coil.scheduler.resolver.Fold.timed;
import static dev.coil.scheduler.resolver.Fold.trying;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Outcome;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.space.ClaimId;
import dev.coil.scheduler.state.Cursor;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.Meta;
import dev.coil.scheduler.state.State;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.state.Timer;
import dev.coil.scheduler.turn.Effect;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Every order of every choice of a few commands, each folded by a process of its own: what the simulation finds by chance cannot hide
 * here. Orders that come to the same state with the same commands left are followed once; what changes nothing is not followed.
 */
class SmallModelTest {

    /** How many commands are folded one after the other; each more takes about three times as long. */
    private static final int DEPTH = Integer.getInteger("coil.depth", 7);

    private static final long FIRST_EPOCH = 100;
    private static final long SECOND_EPOCH = 200;

    /** A command that may come at any time, as it is then; {@code null} if it would say nothing. */
    private record Move(String name, long offset, Function<State, @Nullable Command> command) {}

    private static Move move(String name, Command command) {
        return new Move(name, 1_000, state -> command);
    }

    private static Command claim(int task, int attempt, String worker) {
        return new Command.ClaimTask("p", 1, task, attempt, new ClaimId(worker, attempt), worker);
    }

    private static Command finish(int task, int attempt, String worker, Outcome outcome) {
        return new Command.FinishTask(
                "p", 1, task, attempt, new ClaimId(worker, attempt), AttemptResult.of(outcome, 0, 1, 2));
    }

    private static Move timer(Timer.Kind kind) {
        return new Move(kind + " timer", 1_000, state -> {
            var due = new ArrayList<Command>();
            state.scan(Table.TIMERS, new byte[0], (key, at) -> {
                var timer = Timer.ofKey(key);
                return timer.kind() != kind || due.add(new Command.FireTimer(epoch(state), timer.id()));
            });
            return due.isEmpty() ? null : due.get(0);
        });
    }

    private static Move goOn() {
        return new Move("continue", 1_000, state -> {
            var cursors = new ArrayList<Cursor>();
            state.scan(Table.CURSORS, new byte[0], (key, cursor) -> cursors.add(cursor));
            return cursors.isEmpty()
                    ? null
                    : new Command.Continue(epoch(state), cursors.get(0).id());
        });
    }

    private static Move owner(String name, long epoch) {
        return new Move(name, epoch, state -> epoch(state) < epoch ? new Command.StartEpoch(name) : null);
    }

    private static long epoch(State state) {
        return Meta.EPOCH.get(state);
    }

    @Test
    void shouldAcceptOneResultOfATaskThatTwoWorkersClaim() {
        var moves = List.of(
                move("a claims", claim(0, 1, "a")),
                move("a claims again", claim(0, 1, "a")),
                move("b claims", claim(0, 1, "b")),
                move("a claims the second attempt", claim(0, 2, "a")),
                move("b claims the second attempt", claim(0, 2, "b")),
                move("a succeeds", finish(0, 1, "a", Outcome.SUCCESS)),
                move("a succeeds again", finish(0, 1, "a", Outcome.SUCCESS)),
                move("b fails", finish(0, 1, "b", Outcome.FAILURE)),
                move("b succeeds at the second attempt", finish(0, 2, "b", Outcome.SUCCESS)),
                move("a gives back", new Command.AbandonClaim("p", 1, 0, 1, new ClaimId("a", 1), "draining")),
                move("cancel", new Command.CancelRun("cancel", "p", 1, null, "enough")),
                move("retry", new Command.RetryRun("retry", "p", 1, null, false)),
                owner("second owner", SECOND_EPOCH),
                move("the first owner loses a", new Command.LoseWorker(FIRST_EPOCH, "a", "lost")),
                move("the second owner loses b", new Command.LoseWorker(SECOND_EPOCH, "b", "lost")),
                timer(Timer.Kind.QUEUE),
                timer(Timer.Kind.RUN),
                timer(Timer.Kind.RETRY));
        explore(moves, DEPTH, Progress.STEPS, timed(trying(task("only"), 1, 0, 1), 1, 1));
    }

    @Test
    void shouldNeverRunTwoOfAGroupOfOne() {
        var moves = List.of(
                move("a claims the first", claim(0, 1, "a")),
                move("b claims the second", claim(1, 1, "b")),
                move("b claims the first", claim(0, 1, "b")),
                move("a claims the first once more", claim(0, 2, "a")),
                move("a claims the second once more", claim(1, 2, "a")),
                move("a succeeds", finish(0, 1, "a", Outcome.SUCCESS)),
                move("b fails", finish(1, 1, "b", Outcome.FAILURE)),
                move("a gives back", new Command.AbandonClaim("p", 1, 0, 1, new ClaimId("a", 1), "draining")),
                move("cancel", new Command.CancelRun("cancel", "p", 1, null, "enough")),
                move("cancel the second", new Command.CancelRun("cancel", "p", 1, 1, "enough")),
                move("retry", new Command.RetryRun("retry", "p", 1, null, false)),
                move("retry the second", new Command.RetryRun("retry", "p", 1, 1, false)),
                owner("second owner", SECOND_EPOCH),
                move("the first owner loses a", new Command.LoseWorker(FIRST_EPOCH, "a", "lost")),
                goOn(),
                goOn(),
                timer(Timer.Kind.RETRY));
        explore(
                moves,
                DEPTH,
                1,
                grouped(trying(task("first"), 0, 0, 1), "g", 1, false),
                grouped(trying(task("second"), 1, 0, 0), "g", 1, false));
    }

    @Test
    void shouldAddWhatATaskGeneratesOnce() {
        var moves = List.of(
                move("a claims", claim(0, 1, "a")),
                move("a stages", stage(1, "a")),
                move("a stages again", stage(1, "a")),
                move("a succeeds", generated(1, "a")),
                move("a succeeds again", generated(1, "a")),
                move("a gives back", new Command.AbandonClaim("p", 1, 0, 1, new ClaimId("a", 1), "draining")),
                move("b claims the second attempt", claim(0, 2, "b")),
                move("b stages", stage(2, "b")),
                move("b succeeds", generated(2, "b")),
                move("b fails", finish(0, 2, "b", Outcome.FAILURE)),
                move("a claims what was generated", claim(2, 1, "a")),
                move("a ends what was generated", finish(2, 1, "a", Outcome.SUCCESS)),
                move("cancel", new Command.CancelRun("cancel", "p", 1, null, "enough")),
                move("retry", new Command.RetryRun("retry", "p", 1, null, false)),
                move("retry the generator", new Command.RetryRun("retry", "p", 1, 0, true)),
                move("the first owner loses a", new Command.LoseWorker(FIRST_EPOCH, "a", "lost")),
                owner("second owner", SECOND_EPOCH),
                goOn(),
                goOn());
        explore(moves, DEPTH, 1, Fold.generator("plan"), Fold.waitingForAll("after", 0));
    }

    private static Command stage(int attempt, String worker) {
        var tasks = List.of(task("plan/" + worker), task("plan/" + worker + "2", 0));
        return new Command.StageGenerated("p", 1, 0, attempt, new ClaimId(worker, attempt), "file" + worker, 0, tasks);
    }

    private static Command generated(int attempt, String worker) {
        var claim = new Command.ClaimTask("p", 1, 0, attempt, new ClaimId(worker, attempt), worker);
        return Fold.generated(claim, 2, "file" + worker, 1);
    }

    private static void explore(List<Move> moves, int depth, int steps, TaskSpec... tasks) {
        var start = new MemoryState();
        fold(start, new Command.StartEpoch("first owner"), FIRST_EPOCH, steps);
        fold(start, new Command.StageTasks("p", "run", 0, List.of(tasks)), 101, steps);
        fold(
                start,
                new Command.SubmitRun("submit", "p", "run", Source.none(), tasks.length, false, "me", null),
                102,
                steps);
        for (var next = goOn().command().apply(start);
                next != null;
                next = goOn().command().apply(start)) {
            fold(start, next, 103, steps);
        }
        var model = new Model(moves, steps, tasks.length);
        model.explore(start, new History(0, 0), 0, depth, new ArrayList<>());
        System.out.printf(
                "small model: %,d states after at most %d of %d commands, %,d commands folded%n",
                model.seen.size(), depth, moves.size(), model.folded);
        assertThat(model.seen.size()).isGreaterThan(1_000);
    }

    private static List<Effect> fold(MemoryState state, Command command, long offset, int steps) {
        return new Resolver(state, steps).apply(state, command, offset, 0);
    }

    /** What the world was told that a state does not say: which tasks have ended, and which were ready when their run was cancelled; a bit each. */
    private record History(int ended, int doomed) {}

    private record Place(long state, int used, History history) {}

    private static final class Model {
        private final List<Move> moves;
        private final int steps;
        private final int tasks;
        private final Set<Place> seen = new HashSet<>();
        private long folded;

        Model(List<Move> moves, int steps, int tasks) {
            this.moves = moves;
            this.steps = steps;
            this.tasks = tasks;
        }

        void explore(MemoryState state, History history, int used, int depth, List<String> path) {
            if (depth == 0 || !seen.add(new Place(state.fingerprint(), used, history))) {
                return;
            }
            // Long after all that went before, so that every timer is due.
            Meta.CLOCK.set(state, Meta.CLOCK.get(state) + 100_000);
            for (int i = 0; i < moves.size(); i++) {
                var move = moves.get(i);
                var command = (used >> i & 1) == 1 ? null : move.command().apply(state);
                if (command == null) {
                    continue;
                }
                var next = state.copy();
                path.add(move.name());
                try {
                    var effects = fold(next, command, move.offset(), steps);
                    folded++;
                    var after = check(state, command, effects, history);
                    if (next.fingerprint() != state.fingerprint()) {
                        check(next);
                        explore(next, after, used | 1 << i, depth - 1, path);
                    }
                } catch (Found e) {
                    throw e;
                } catch (AssertionError | RuntimeException e) {
                    throw new Found(path + ": " + e, e);
                }
                path.remove(path.size() - 1);
            }
        }

        private History check(MemoryState before, Command command, List<Effect> effects, History history) {
            int ended = history.ended();
            int doomed = history.doomed();
            for (var effect : effects) {
                if (!(effect instanceof Effect.Emit emit)) {
                    continue;
                }
                if (emit.event() instanceof Event.RunCancelled) {
                    for (int i = 0; i < tasks; i++) {
                        doomed |= task(before, i).status() == TaskStatus.READY ? 1 << i : 0;
                    }
                } else if (emit.event() instanceof Event.TaskReady ready) {
                    doomed &= ~(1 << ready.task());
                } else if (emit.event() instanceof Event.TaskReset reset) {
                    ended &= ~(1 << reset.task());
                } else if (emit.event() instanceof Event.TaskClaimed claimed) {
                    require((ended & 1 << claimed.task()) == 0, "a task started that has ended");
                    require((doomed & 1 << claimed.task()) == 0, "a task started after its run was cancelled");
                } else if (emit.event() instanceof Event.TaskFinished end) {
                    require((ended & 1 << end.task()) == 0, "a task ended twice");
                    ended |= 1 << end.task();
                    checkResult(before, command, end.task(), end.result());
                } else if (emit.event() instanceof Event.AttemptEnded end) {
                    checkResult(before, command, end.task(), end.result());
                }
            }
            return new History(ended, doomed);
        }

        private static void checkResult(State before, Command command, int task, @Nullable AttemptResult result) {
            if (result != null) {
                require(
                        command instanceof Command.FinishTask finish
                                && finish.claim().equals(task(before, task).claim()),
                        "a result was accepted that is not the holder's");
            }
        }

        private void check(MemoryState state) {
            int[] places = {0};
            state.scan(Table.PLACES, new byte[0], (key, since) -> ++places[0] > 0);
            require(places[0] <= 1, "two have a place in a group of one");
            int running = 0;
            for (int i = 0; i < tasks; i++) {
                var task = task(state, i);
                running += task.status() == TaskStatus.RUNNING ? 1 : 0;
                require((task.status() == TaskStatus.RUNNING) == (task.claim() != null), "a claim of " + task);
                if (task.claim() != null) {
                    var dead = state.get(Table.LOST, Keys.text(task.claim().incarnation()));
                    require(dead == null, "a lost worker holds " + task);
                }
                var out = state.get(Table.OUTSTANDING, Keys.outstanding(task.lane(), 1, i));
                require(
                        task.status() == TaskStatus.READY
                                ? out != null && out.attempt() == task.attempt()
                                : out == null,
                        "in the space is " + out + " of " + task);
            }
            require(running <= 1, "two run at once");
            checkGenerated(state);
            state.scan(Table.CLAIMS, new byte[0], (key, nonce) -> {
                require(task(state, Keys.last(key)).status() == TaskStatus.RUNNING, "a claim of what does not run");
                return true;
            });
            state.scan(Table.TIMERS, new byte[0], (key, due) -> {
                var timer = Timer.ofKey(key);
                require(
                        Timer.of(task(state, timer.task()), 1, timer.task()).equals(timer),
                        "a timer of nothing: " + timer);
                return true;
            });
        }

        /** What is staged is held by a running task, or by the work that adds it; nothing is added twice. */
        private void checkGenerated(MemoryState state) {
            var run = Objects.requireNonNull(state.get(Table.RUNS, Keys.number(1)));
            require(run.total() == tasks || run.total() == tasks + 2, "the run has " + run.total() + " tasks");
            var adding = new Cursor(Cursor.Kind.GENERATED, 1, 0, 0, "");
            boolean held =
                    task(state, 0).status() == TaskStatus.RUNNING || state.get(Table.CURSORS, adding.key()) != null;
            state.scan(Table.STAGED_PARTS, new byte[0], (key, part) -> {
                require(held, "nobody holds what is staged");
                return true;
            });
            var generation = state.get(Table.GENERATIONS, Keys.task(1, 0));
            require((generation == null) == (run.total() == tasks), "generated are " + generation);
        }

        private static TaskState task(State state, int index) {
            return Objects.requireNonNull(state.get(Table.TASKS, Keys.task(1, index)));
        }

        private static void require(boolean holds, String message) {
            if (!holds) {
                throw new AssertionError(message);
            }
        }
    }

    /** Which commands, in which order, came to what may not be. */
    private static final class Found extends AssertionError {
        private static final long serialVersionUID = 1;

        Found(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
