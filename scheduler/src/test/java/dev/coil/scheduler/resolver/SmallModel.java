package dev.coil.scheduler.resolver;

import static dev.coil.scheduler.resolver.Fold.task;
import static org.assertj.core.api.Assertions.assertThat;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.graph.AttemptResult;
import dev.coil.protocol.graph.Source;
import dev.coil.protocol.graph.TaskSpec;
import dev.coil.protocol.pause.PauseScope;
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
import org.jspecify.annotations.Nullable;

/** Every order of a choice of moves, and what may be in none of them. */
final class SmallModel {

    static final long FIRST_EPOCH = 100;

    /** What the world was told that a state does not say: which tasks have ended, and which were ready when their run was cancelled; a bit each. */
    private record History(int ended, int doomed) {}

    private record Place(long state, int used, History history) {}

    private final List<Move> moves;
    private final int steps;
    private final int tasks;
    private final Set<Place> seen = new HashSet<>();
    private long folded;

    private SmallModel(List<Move> moves, int steps, int tasks) {
        this.moves = moves;
        this.steps = steps;
        this.tasks = tasks;
    }

    static void explore(List<Move> moves, int depth, int steps, TaskSpec... tasks) {
        var start = new MemoryState();
        fold(start, new Command.StartEpoch("first owner"), FIRST_EPOCH, steps);
        fold(start, new Command.StageTasks("p", "run", 0, List.of(tasks)), 101, steps);
        fold(
                start,
                new Command.SubmitRun("submit", "p", "run", Source.none(), tasks.length, false, "me", null),
                102,
                steps);
        for (var next = Move.goOn().command().apply(start);
                next != null;
                next = Move.goOn().command().apply(start)) {
            fold(start, next, 103, steps);
        }
        var model = new SmallModel(moves, steps, tasks.length);
        model.explore(start, new History(0, 0), 0, depth, new ArrayList<>());
        System.out.printf(
                "small model: %,d states after at most %d of %d commands, %,d commands folded%n",
                model.seen.size(), depth, moves.size(), model.folded);
        assertThat(model.seen.size()).isGreaterThan(100);
    }

    private static List<Effect> fold(MemoryState state, Command command, long offset, int steps) {
        return new Resolver(state, steps).apply(state, command, offset, 0);
    }

    private void explore(MemoryState state, History history, int used, int depth, List<String> path) {
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
                // How many events there were makes no difference to what can happen.
                Meta.SEQ.set(next, Meta.SEQ.get(state));
                folded++;
                var after = check(state, command, effects, history);
                ToldWorkers.check(state, effects, next);
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
                require(!isPaused(before), "a task started while paused");
                require(!isDrained(before, claimed.worker()), "a drained worker started a task");
            } else if (emit.event() instanceof Event.TaskFinished end) {
                require((ended & 1 << end.task()) == 0, "a task ended twice");
                require(
                        end.kind() != Event.EndKind.QUEUE_TIMEOUT || !isPaused(before),
                        "a paused task waited too long");
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
            boolean free = task.status() == TaskStatus.READY && !isPaused(state);
            require(
                    free ? out != null && out.attempt() == task.attempt() : out == null,
                    "in the space is " + out + " of " + task);
            int waiting = waiting(state, i, task);
            require(
                    waiting == (task.status() == TaskStatus.READY && !free ? 1 : 0),
                    waiting + " are in line of " + task);
        }
        require(running <= 1, "two run at once");
        checkGenerated(state);
        state.scan(Table.CLAIMS, new byte[0], (key, nonce) -> {
            require(task(state, Keys.last(key)).status() == TaskStatus.RUNNING, "a claim of what does not run");
            return true;
        });
        state.scan(Table.TIMERS, new byte[0], (key, due) -> {
            var timer = Timer.ofKey(key);
            require(Timer.of(task(state, timer.task()), 1, timer.task()).equals(timer), "a timer of nothing: " + timer);
            return true;
        });
    }

    /** All tasks are of one class and project. */
    private static boolean isPaused(State state) {
        boolean[] any = {false};
        state.scan(Table.PAUSES, new byte[0], (key, pause) -> {
            any[0] |= pause.scope().covers("p", Fold.task("any").requirement());
            return true;
        });
        return any[0];
    }

    private static boolean isDrained(State state, String worker) {
        boolean[] any = {false};
        state.scan(Table.PAUSES, new byte[0], (key, pause) -> {
            any[0] |= pause.scope().equals(PauseScope.worker(worker));
            return true;
        });
        return any[0];
    }

    private static int waiting(State state, int index, TaskState task) {
        int[] entries = {0};
        state.scan(Table.QUEUE, new byte[0], (key, queued) -> {
            entries[0] += queued.task() == index && queued.attempt() == task.attempt() ? 1 : 0;
            return true;
        });
        return task.status() == TaskStatus.READY ? entries[0] : 0;
    }

    /** What is staged is held by a running task, or by the work that adds it; nothing is added twice. */
    private void checkGenerated(MemoryState state) {
        var run = Objects.requireNonNull(state.get(Table.RUNS, Keys.number(1)));
        require(run.total() == tasks || run.total() == tasks + 2, "the run has " + run.total() + " tasks");
        var adding = new Cursor(Cursor.Kind.GENERATED, 1, 0, 0, "");
        boolean held = task(state, 0).status() == TaskStatus.RUNNING || state.get(Table.CURSORS, adding.key()) != null;
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

    /** Which commands, in which order, came to what may not be. */
    private static final class Found extends AssertionError {
        private static final long serialVersionUID = 1;

        Found(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
