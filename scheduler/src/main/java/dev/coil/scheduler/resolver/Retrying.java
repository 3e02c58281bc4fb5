package dev.coil.scheduler.resolver;

import dev.coil.protocol.command.Command;
import dev.coil.protocol.event.Event;
import dev.coil.protocol.event.Event.EndKind;
import dev.coil.protocol.event.Rejection;
import dev.coil.protocol.graph.Outcome;
import dev.coil.scheduler.state.Keys;
import dev.coil.scheduler.state.RunStatus;
import dev.coil.scheduler.state.Table;
import dev.coil.scheduler.state.TaskState;
import dev.coil.scheduler.state.TaskStatus;
import dev.coil.scheduler.turn.Turn;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How ended tasks are run again: one task, or all that did not succeed; and with them the tasks that were skipped because of them.
 * Unlike other work on many tasks this is done in one command, as nothing may happen to the run in between.
 */
final class Retrying {

    private final TaskFlow tasks;
    private final RunFlow runs;
    private final RunGroups groups;
    private final Progress progress;
    private final NeedCounts needs;
    private final Generations generations;

    Retrying(
            TaskFlow tasks,
            RunFlow runs,
            RunGroups groups,
            Progress progress,
            NeedCounts needs,
            Generations generations) {
        this.tasks = tasks;
        this.runs = runs;
        this.groups = groups;
        this.progress = progress;
        this.needs = needs;
        this.generations = generations;
    }

    void retry(Turn turn, Command.RetryRun retry) {
        var serial = turn.serial(retry.project(), retry.run());
        if (serial == null) {
            var absence = Absence.of(turn, retry.project(), retry.run());
            answer(turn, retry, absence.rejection(), absence.message());
            return;
        }
        if (turn.run(serial).status() == RunStatus.QUEUED) {
            answer(
                    turn,
                    retry,
                    Rejection.NOT_STARTED,
                    "the run waits for a place in its concurrency group; nothing of it has ended");
            return;
        }
        progress.finish(turn, serial);
        var chosen = new TreeSet<Integer>();
        if (retry.task() != null) {
            var task = turn.task(serial, retry.task());
            if (task == null) {
                answer(turn, retry, Rejection.UNKNOWN_TASK, "the run has no task " + retry.task());
                return;
            }
            if (task.status() != TaskStatus.FINISHED) {
                answer(turn, retry, Rejection.NOT_FINISHED, "the task has not ended yet");
                return;
            }
            chosen.add(retry.task());
            if (retry.dependents()) {
                var active = addDependents(turn, serial, retry.task(), chosen);
                if (active != null) {
                    var message =
                            turn.spec(serial, active).name() + ", which depends on it, is going on: cancel it, or wait";
                    answer(turn, retry, Rejection.NOT_FINISHED, message);
                    return;
                }
            } else {
                addSkippedDependents(turn, serial, retry.task(), chosen);
            }
        } else {
            turn.state().scan(Table.TASKS, Keys.number(serial), (key, task) -> {
                if (task.status() == TaskStatus.FINISHED && isRetried(task)) {
                    chosen.add(Keys.last(key));
                }
                return true;
            });
        }
        if (chosen.isEmpty()) {
            answer(turn, retry, Rejection.NOTHING_TO_RETRY, "every task that has ended succeeded");
            return;
        }
        if (hasGenerated(turn, retry, serial, chosen) || !reopen(turn, retry, serial)) {
            return;
        }
        for (int index : chosen) {
            reset(turn, retry, serial, index);
        }
        for (int index : chosen) {
            recount(turn, serial, index);
            Generations.dependents(turn, serial, index, (key, accept) -> {
                recount(turn, serial, Keys.last(key));
                return true;
            });
        }
        answer(turn, retry, null, "");
        for (int index : chosen) {
            if (Objects.requireNonNull(turn.task(serial, index)).needs().open() == 0) {
                tasks.release(turn, serial, index);
            }
        }
    }

    /** One that has added tasks to the run cannot add them again, nor others in their place: they may be running. */
    private static boolean hasGenerated(Turn turn, Command.RetryRun retry, long serial, TreeSet<Integer> chosen) {
        for (int index : chosen) {
            var generation = Generations.of(turn, serial, index);
            if (generation != null) {
                answer(
                        turn,
                        retry,
                        Rejection.HAS_GENERATED,
                        turn.spec(serial, index).name() + " has added " + generation.tasks()
                                + (generation.tasks() == 1 ? " task" : " tasks")
                                + " to the run, which another attempt would add again:"
                                + " retry those, or submit the run again");
                return true;
            }
        }
        return false;
    }

    private static boolean isRetried(TaskState task) {
        return task.outcome() != Outcome.SUCCESS && !task.isEndedBy(EndKind.CONDITION);
    }

    /** Adds all that have ended. Returns one that has begun and not ended; {@code null} if there is none. */
    private static @Nullable Integer addDependents(Turn turn, long serial, int index, TreeSet<Integer> chosen) {
        var left = new ArrayDeque<Integer>(List.of(index));
        Integer[] active = {null};
        for (var next = left.poll(); next != null && active[0] == null; next = left.poll()) {
            Generations.dependents(turn, serial, next, (key, accept) -> {
                int dependent = Keys.last(key);
                var status =
                        Objects.requireNonNull(turn.task(serial, dependent)).status();
                if (status == TaskStatus.FINISHED && chosen.add(dependent)) {
                    left.add(dependent);
                } else if (status != TaskStatus.FINISHED && status != TaskStatus.WAITING) {
                    active[0] = dependent;
                }
                return active[0] == null;
            });
        }
        return active[0];
    }

    private static void addSkippedDependents(Turn turn, long serial, int index, TreeSet<Integer> chosen) {
        Generations.dependents(turn, serial, index, (key, accept) -> {
            int dependent = Keys.last(key);
            var task = Objects.requireNonNull(turn.task(serial, dependent));
            if (task.status() == TaskStatus.FINISHED
                    && (task.isEndedBy(EndKind.NEED)
                            || task.isEndedBy(EndKind.NO_WORKER)
                            || (task.isEndedBy(EndKind.CANCELLED) && task.attempt() == 0))
                    && chosen.add(dependent)) {
                addSkippedDependents(turn, serial, dependent, chosen);
            }
            return true;
        });
    }

    private boolean reopen(Turn turn, Command.RetryRun retry, long serial) {
        var run = turn.run(serial);
        boolean place = run.place();
        if (run.finished()) {
            if (!groups.reenter(turn, serial)) {
                var group =
                        Objects.requireNonNull(turn.info(serial).concurrency()).group();
                answer(
                        turn,
                        retry,
                        Rejection.GROUP_BUSY,
                        "another run of the concurrency group '" + group
                                + "' is going on or waits; retry when it has finished");
                return false;
            }
            place = turn.info(serial).concurrency() != null;
            turn.state().put(Table.OPEN_RUNS, Keys.number(serial), 1L);
            Forgetting.reopened(turn, serial);
            turn.emit(new Event.RunReopened(retry.project(), retry.run()));
        }
        turn.put(serial, run.restart(place));
        return true;
    }

    private void reset(Turn turn, Command.RetryRun retry, long serial, int index) {
        var task = Objects.requireNonNull(turn.task(serial, index));
        runs.reset(turn, serial, task, task.outcome());
        if (task.has(TaskState.GENERATED)) {
            generations.reset(turn, serial, index, task);
        }
        turn.put(serial, index, task.reset());
        turn.emit(new Event.TaskReset(retry.project(), retry.run(), index));
    }

    private void recount(Turn turn, long serial, int index) {
        var task = Objects.requireNonNull(turn.task(serial, index));
        if (task.status() != TaskStatus.WAITING || !task.has(TaskState.NEEDS) || task.timer() > 0) {
            return;
        }
        turn.put(serial, index, task.with(needs.count(turn, serial, index)));
    }

    private static void answer(Turn turn, Command.RetryRun retry, @Nullable Rejection rejection, String message) {
        turn.emit(new Event.RequestAnswered(retry.requestId(), retry.project(), retry.run(), rejection, message));
    }
}
